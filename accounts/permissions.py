"""Whether a person may do something to a record."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser

from accounts.exceptions import NotAllowed
from accounts.models import OrgUnit, User
from accounts.rights import Grant, rights_of


def may(user: User | AnonymousUser, action: str, kind: str, record: Any = None) -> bool:
    """Whether ``user`` may do ``action`` (see ``Action``) to ``record``, or to some record of ``kind`` when None.

    ``record`` has ``org_unit`` and, where own records count, ``owner``; a unit is its own ``org_unit``. No query
    beyond the first for this user object, except for a record whose unit is not loaded.
    """
    rights = rights_of(user)
    if rights.everything:
        return True
    grants = rights.grants_for(action, kind)
    if record is None or not grants:
        return bool(grants)
    if any(grant.prefix is None for grant in grants) and getattr(record, "owner_id", None) in rights.owners(action):
        return True
    paths = [grant for grant in grants if grant.prefix is not None]
    if not paths:
        return False
    path = _path_of(record)
    if any(grant.covers_path(path) for grant in paths):
        return True
    by_owner = [grant for grant in paths if path in grant.units_above]
    return bool(by_owner) and _owner_is_within(record, by_owner)


def require(user: User | AnonymousUser, action: str, kind: str, record: Any = None) -> None:
    """Raise NotAllowed unless ``may``."""
    if not may(user, action, kind, record):
        raise NotAllowed


def _path_of(record: Any) -> str | None:
    unit = record if isinstance(record, OrgUnit) else getattr(record, "org_unit", None)
    return unit.path if unit is not None else None


def _owner_is_within(record: Any, grants: list[Grant]) -> bool:
    """A record kept at the branch is the team's when its owner is of the team."""
    path = _path_of(getattr(record, "owner", None))
    return path is not None and any(grant.covers_path(path) for grant in grants)


class _Company:
    """What belongs to no unit: reached only from the root of the tree."""

    org_unit = None


COMPANY = _Company()
