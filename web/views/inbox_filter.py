"""The filter line of the inbox: ``due:week process:complaint customer:"Acme" words`` as a condition and as chips."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from bpmn import queries as definitions
from bpmn.texts import element_name
from config import clock
from crm_core.customers.queries import customer_list
from workflows import records

TOKEN = re.compile(r'(?P<name>[^\s:"]+)[:：](?:"(?P<quoted>[^"]*)"|(?P<plain>\S+))|"(?P<phrase>[^"]*)"|(?P<word>\S+)')
LIMIT = 200
NAMES: dict[str, str] = {
    "due": "due",
    "到期": "due",
    "process": "process",
    "流程": "process",
    "customer": "customer",
    "客户": "customer",
}
LABELS: dict[str, Any] = {
    "due": gettext_lazy("Due"),
    "process": gettext_lazy("Process"),
    "customer": gettext_lazy("Customer"),
}
DUE: dict[str, str] = {
    "late": "late",
    "超时": "late",
    "today": "today",
    "今天": "today",
    "week": "week",
    "本周": "week",
    "none": "none",
    "无": "none",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force; ``rest`` is the filter line without it."""

    name: str
    value: str
    rest: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What the line asks for: a condition over tasks, the named filters as chips, the free words."""

    where: Q
    chips: tuple[Chip, ...]
    words: str
    text: str


def read(user: User, text: str) -> Filter:
    """The filter a person typed; what names nothing known counts as words."""
    text = text.strip()[:LIMIT]
    where, words = Q(), []
    named: list[tuple[str, str, str]] = []
    for match in TOKEN.finditer(text):
        name = NAMES.get((match["name"] or "").lower(), "")
        value = match["quoted"] if match["quoted"] is not None else match["plain"]
        condition = CONDITIONS[name](user, value) if name and value else None
        if condition is None:
            words.append(match["phrase"] or match[0].strip('"'))
            continue
        where &= condition
        named.append((name, value, match[0]))
    for word in words:
        where &= _any_of(user, word)
    chips = tuple(Chip(str(LABELS[name]), value, _without(text, token)) for name, value, token in named)
    return Filter(where, chips, " ".join(words), text)


def _without(text: str, token: str) -> str:
    return " ".join(text.replace(token, "", 1).split())


def _due(user: User, value: str) -> Q | None:
    now = clock.now()
    match DUE.get(value.lower()):
        case "late":
            return Q(due_at__lt=now)
        case "today":
            return Q(due_at__lt=day_end(now, 1))
        case "week":
            return Q(due_at__lt=day_end(now, 7))
        case "none":
            return Q(due_at=None)
    return None


def day_end(now: datetime, days: int) -> datetime:
    """The midnight that ends the ``days``-th day from today, in the reader's zone."""
    local = timezone.localtime(now) + timedelta(days=days)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _process(user: User, value: str) -> Q:
    language, wanted = get_language() or "", value.casefold()
    keys = [
        version.definition.key
        for version in definitions.live_versions()
        if wanted in definitions.version_bundle(version.pk).name(language).casefold()
    ]
    return Q(process_key__icontains=value) | Q(process_key__in=keys)


def _customer(user: User, value: str) -> Q:
    """Tasks about the customers found, or about records of theirs."""
    customers = customer_list(user, text=value).order_by().values("pk")
    where = Q(pk__in=[])
    for kind in records.kinds().values():
        field = "pk" if kind.kind == "customer" else "customer"
        try:
            kind.model._meta.get_field(field) if field != "pk" else None
        except FieldDoesNotExist:
            continue
        rows = kind.visible_to(user).filter(**{f"{field}__in": customers}).order_by()
        where |= Q(
            record_kind=kind.kind, record_id__in=rows.annotate(id_text=Cast("pk", TextField())).values("id_text")
        )
    return where


def _any_of(user: User, word: str) -> Q:
    """Tasks whose name, number, process or customer holds the word."""
    if not word:
        return Q()
    plain = Q(name__icontains=word) | Q(record_number__icontains=word)
    return plain | Q(element__in=_elements_named(word)) | _process(user, word) | _customer(user, word)


def _elements_named(word: str) -> list[str]:
    """Steps whose name in the reader's language holds the word."""
    wanted, language, found = word.casefold(), get_language() or "", []
    for version in definitions.live_versions():
        bundle = definitions.version_bundle(version.pk)
        texts = bundle.texts.get(language)
        if texts:
            nodes = bundle.process.nodes
            found += [name for name in nodes if wanted in element_name(bundle.process, name, texts).casefold()]
    return found


def described(value: str) -> str:
    """A due word as people read it in a chip."""
    words = {"late": _("late"), "today": _("today"), "week": _("within 7 days"), "none": _("without a date")}
    return words.get(DUE.get(value.lower(), ""), value)


CONDITIONS: dict[str, Callable[[User, str], Q | None]] = {"due": _due, "process": _process, "customer": _customer}
