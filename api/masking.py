"""Field rules in the API: what a person may not read is null in answers and refused in filters and orderings."""

from __future__ import annotations

from accounts import scopes
from accounts.models import User
from workflows import records

# What else a rule's name stands for: both numbers of a contact, and the figure in the evidence of level changes.
MEANT: dict[str, frozenset[str]] = {
    "phones": frozenset({"phone", "mobile"}),
    "overdue_days": frozenset({"overdue_days_max"}),
}


def masked_fields(user: User, kind: str) -> frozenset[str]:
    """The fields of a record kind that the person must not read."""
    return widened(scopes.mask_for(user, kind))


def widened(masked: frozenset[str]) -> frozenset[str]:
    """The fields behind the names of rules."""
    return masked.union(*(MEANT.get(name, frozenset()) for name in masked))


def record_mask(user: User, kind: str) -> frozenset[str]:
    """What is hidden from a person in the variables of a process about this kind of record."""
    if kind not in records.kinds():
        return frozenset()
    return widened(records.kind(kind).mask_for(user)) | masked_fields(user, "customer")
