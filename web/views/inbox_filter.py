"""The filter line of the inbox as its pages use it: a condition over tasks, chips, and what was wrong in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import User
from config import clock
from crm_core.customers.queries import customer_list
from tasks_inbox.querying import Line, Problem, Term, parse, printed
from tasks_inbox.querying.conditions import Asking, condition
from web import inbox_words
from workflows import records

ENCODED_LIMIT = 700
"""A longer line would not fit into the name of its live list."""
CUSTOMER_LIMIT = 100
RECORD_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Chip:
    """One term in force as people read it; ``rest`` is the line without it."""

    name: str
    value: str
    rest: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A part of the line that was not understood: the sentence about it, and what stands there."""

    sentence: str
    text: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What the line asks for.

    ``text`` is the line with only what was understood, ``left`` what was not; ``anchor`` is the part of ``where``
    that an index answers by itself.
    """

    where: Q
    anchor: Q
    text: str
    chips: tuple[Chip, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    left: str = ""


def read(user: User, text: str) -> Filter:
    """The filter a person typed; what cannot be understood filters nothing and is said in words."""
    line, problems = _fitting(parse(text.strip()))
    asked = condition(line.terms, _asking(user))
    chips = tuple(Chip(*inbox_words.chip(term), printed(line.without(term))) for term in line.terms)
    troubles = tuple(Trouble(inbox_words.problem(each), each.text) for each in problems)
    left = " ".join(each.text for each in problems if each.text)
    return Filter(asked.where, asked.anchor, printed(line), chips, troubles, left)


def words(user: User, text: str) -> Q:
    """Tasks that hold every one of these plain words; nothing in them has a meaning of its own."""
    terms = [Term("", word.replace("\0", " ")) for word in text.split()[:20]]
    return condition(terms, _asking(user)).where


def _fitting(line: Line) -> tuple[Line, tuple[Problem, ...]]:
    problems = line.problems
    while len(quote_plus(printed(line))) > ENCODED_LIMIT:
        last = line.terms[-1]
        problems = (*problems, Problem("too-long", last.start, last.end))
        line = Line(line.terms[:-1])
    return line, tuple({each.code if each.code == "too-long" else each.start: each for each in problems}.values())


def _asking(user: User) -> Asking:
    return Asking(user, clock.now(), about_customers)


def day_end(now: datetime, days: int) -> datetime:
    """The midnight that ends the ``days``-th day from today, in the reader's zone."""
    local = timezone.localtime(now) + timedelta(days=days)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def about_customers(user: User, text: str) -> Q:
    """Tasks about the customers the person finds by these words, or about records of theirs.

    A few customers are looked up first, so that an index leads to their tasks; many stay a condition on each row.
    """
    found: QuerySet[Any] = customer_list(user, text=text).order_by("pk").values_list("pk", flat=True)
    some = list(found[: CUSTOMER_LIMIT + 1])
    if not some:
        return Q(pk__in=[])
    kinds = [(kind, field) for kind in records.kinds().values() if (field := _customer_field(kind))]
    if len(some) <= CUSTOMER_LIMIT:
        ids = [_records(user, kind, Q(**{f"{field}__in": some})) for kind, field in kinds]
        pairs = list(ids[0].union(*ids[1:], all=True)[: RECORD_LIMIT + 1])
        if len(pairs) <= RECORD_LIMIT:
            return _of_records(pairs)
    where = Q(pk__in=[])
    for kind, field in kinds:
        rows = _records(user, kind, Q(**{f"{field}__in": found.order_by()})).values("id_text")
        where |= Q(record_kind=kind.kind, record_id__in=rows)
    return where


def _customer_field(kind: records.RecordKind) -> str:
    if kind.kind == "customer":
        return "pk"
    try:
        kind.model._meta.get_field("customer")
    except FieldDoesNotExist:
        return ""
    return "customer"


def _records(user: User, kind: records.RecordKind, where: Q) -> QuerySet[Any]:
    rows: QuerySet[Any] = kind.visible_to(user).filter(where).order_by()
    named = rows.annotate(kind_text=Value(kind.kind, TextField()), id_text=Cast("pk", TextField()))
    pairs: QuerySet[Any] = named.values_list("kind_text", "id_text")
    return pairs


def _of_records(pairs: Iterable[tuple[str, str]]) -> Q:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, record_id in pairs:
        by_kind[kind].append(record_id)
    where = Q(pk__in=[])
    for kind, ids in by_kind.items():
        where |= Q(record_kind=kind, record_id__in=ids)
    return where
