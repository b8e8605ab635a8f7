"""The queries of the inbox's lists, composed once for all people with the same rights at the same unit."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accounts import queries as people
from accounts.models import User
from accounts.rights import keep_rights, rights_of
from config.composed import PERSON, Composed, answered, composed, moment
from workflows import statements


class Moments(NamedTuple):
    """What time it is, and when the reader's day ends."""

    now: datetime
    day_end: datetime


_KEPT_AS = "_baton_composed_for"
_IDS = "stands for ids"
IDS = RawSQL("SELECT unnest(%s::uuid[])", [_IDS])  # noqa: S611 - a constant text
"""For ``pk__in``: the ids given as ``ids``."""
_STAND_INS = {_IDS: "ids", PERSON: "person", moment(1): "now", moment(2): "day_end"}
_MOMENTS = Moments(now=moment(1), day_end=moment(2))

Build = Callable[[User, Moments], QuerySet[Any]]


def may_compose(user: User) -> bool:
    """Whether a person's lists look like those of others: not while they stand in for somebody."""
    return not people.covers_of(user)


def query(user: User, key: Hashable, build: Build) -> Composed:
    """The query of this key for somebody like this person; ``build`` makes it for a person and moments it is given."""
    return composed((key, _likeness(user)), _STAND_INS, lambda: build(_somebody_like(user), _MOMENTS))


def found(user: User, moments: Moments | None, key: Hashable, build: Build, **more: Any) -> list[Any]:
    """What that query finds for this person now; ``more`` are values for other places."""
    return answers(query(user, key, build), user, moments, **more)


def answers(
    asked_for: Composed, user: User, moments: Moments | None, *, planned: bool = True, **more: Any
) -> list[Any]:
    """What a query finds for this person now; unless ``planned``, with a plan of its own for these values."""
    return answered(asked_for, values(user, moments) | more, ask if planned else None)


def ask(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement that is planned once per connection."""
    return statements.ask_all(sql, parameters=parameters)


def values(user: User, moments: Moments | None = None) -> dict[str, Any]:
    """What goes into the places of a query; without moments of one in which nothing depends on the time."""
    return {"person": user.pk} | (moments._asdict() if moments else {})


def _likeness(user: User) -> Hashable:
    """Everything but the id that the queries read off a person: two people with equal ones get the same text."""
    rights = rights_of(user)
    kept = getattr(user, _KEPT_AS, None)
    if kept is None or kept[0] is not rights:
        grants = frozenset((kind, frozenset(held)) for kind, held in rights.grants.items())
        unit = user.org_unit.path if user.org_unit is not None else None
        kept = (rights, (rights.everything, rights.group_keys, rights.covers, grants, unit))
        setattr(user, _KEPT_AS, kept)
    likeness: Hashable = kept[1]
    return likeness


def _somebody_like(user: User) -> User:
    somebody = copy.copy(user)
    somebody.pk = PERSON
    keep_rights(somebody, replace(rights_of(user), user_id=PERSON))
    return somebody
