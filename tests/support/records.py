"""A record kind for tests of the workflows app, which knows no CRM record: a unit stands in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.models import OrgUnit, UnitKind, User
from workflows import records


def note(code: str = "N1") -> OrgUnit:
    """A record of the kind "test.note"."""
    register()
    return OrgUnit.objects.create(code=code, name=f"Note {code}", kind=UnitKind.TEAM, path=f"/{code}/")


def register(*, starts_itself: bool = False) -> None:
    """Make the kind known: everybody sees notes but charlie."""
    records.register(
        "test.note",
        model=OrgUnit,
        label="Note",
        url=lambda record: f"/notes/{record.code}/",
        visible_to=_visible_to,
        number=lambda record: record.code,
        mask_for=lambda user: frozenset({"secret"}),
        org_unit=lambda record: str(record.pk),
        starts_itself=starts_itself,
    )


@contextmanager
def kinds_kept() -> Iterator[None]:
    """Forget the kind afterwards."""
    kept = dict(records._kinds), dict(records._kind_of_model)
    try:
        yield
    finally:
        records._kinds.clear()
        records._kinds.update(kept[0])
        records._kind_of_model.clear()
        records._kind_of_model.update(kept[1])


def _visible_to(user: User):
    return OrgUnit.objects.none() if user.username == "charlie" else OrgUnit.objects.all()
