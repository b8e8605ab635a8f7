"""Who works where random processes run, and the forms they fill in."""

from __future__ import annotations

import json
from typing import Any

from accounts.models import OrgUnit, User
from tests.factories import UnitFactory, UserFactory

GROUP = "finance"


def _field(type: str, key: str, **more: Any) -> dict[str, Any]:
    return {"type": type, "id": f"Field_{key}", "key": key, "label": key, **more}


_MOVES = [_field("number", "x"), _field("checkbox", "again"), _field("textfield", "ballot")]
_OUTCOME = [{"value": value, "label": value} for value in ("approve", "reject")]
_DECIDES = [_field("radio", "outcome", values=_OUTCOME, validate={"required": True})]
FORMS = {
    f"{id}.form": json.dumps({"type": "default", "id": id, "components": components}).encode()
    for id, components in (("report", _MOVES), ("decide", [*_DECIDES, *_MOVES]))
}


def headquarters() -> OrgUnit:
    """A chief, who administers as well, and those below, some of whom are in a group."""
    unit: OrgUnit = UnitFactory(code="HQ")
    chief: User = UserFactory(username="chief", org_unit=unit, roles=[GROUP, "admin"])
    for number in range(5):
        roles = [GROUP] if number < 3 else []
        UserFactory(username=f"clerk{number}", org_unit=unit, manager=chief, roles=roles)
    return unit


def crew() -> list[User]:
    """Who works here."""
    return list(User.objects.filter(is_active=True).order_by("username"))
