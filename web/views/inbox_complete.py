"""What may follow in the filter line: names of filters, and values of the one that is being typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from accounts.models import OrgUnit, User
from bpmn import queries as definitions
from crm_core.customers.queries import find_customers
from tasks_inbox.models import Label
from tasks_inbox.querying import Line, Term, printed
from tasks_inbox.querying.keys import KEYS, Key, key_named
from web import inbox_words, process_words
from web.pages import reader, signed_in
from workflows import records

MOST = 8
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Offer:
    """A value that may follow: what is searched for, and how people read it where that differs."""

    value: str
    label: str = ""
    compare: str = ""


@require_GET
@signed_in
def complete(request: HttpRequest) -> HttpResponse:
    """The offers for the last word of the line: ``{"results": [{insert, label, hint, done}]}``."""
    word = request.GET.get("q", "").replace("\0", " ")[-LONGEST:]
    sign, word = ("-", word[1:]) if word.startswith("-") else ("", word)
    name, colon, typed = word.replace("：", ":", 1).partition(":")
    key = key_named(name) if colon else None
    if key is None:
        return JsonResponse({"results": [] if colon else list(_keys(sign, name))})
    found = list(_values(reader(request), key, typed.strip(' <>="“”')))[:MOST]
    return JsonResponse({"results": [_result(sign, key, offer) for offer in found]})


def _keys(sign: str, typed: str) -> Iterator[dict[str, object]]:
    wanted = typed.casefold()
    for key in KEYS.values():
        label = str(inbox_words.NAMES[key.name])
        names = (key.name, label.casefold(), *key.also)
        if any(name.startswith(wanted) for name in names):
            hint = inbox_words.EXAMPLES[key.name]
            yield {"insert": f"{sign}{key.name}:", "label": label, "hint": hint, "done": False}


def _result(sign: str, key: Key, offer: Offer) -> dict[str, object]:
    term = Term(key.name, offer.value, offer.compare, sign == "-")
    line = printed(Line((term,)))
    label = offer.label or inbox_words.value(term)
    return {"insert": line, "label": label, "hint": line if line != label else "", "done": True}


def _values(user: User, key: Key, typed: str) -> Iterator[Offer]:
    wanted = typed.casefold()
    meant: dict[str, set[str]] = {}
    for word, value in key.words.items():
        meant.setdefault(value, {inbox_words.word_of(key.name, value).casefold(), value}).add(word)
    for value, words in meant.items():
        if any(word.startswith(wanted) for word in words):
            yield Offer(value)
    yield from FOUND[key.name](user, typed) if key.name in FOUND else ()


def _spans(user: User, typed: str) -> Iterator[Offer]:
    for span in ("4h", "1d", "3d", "7d"):
        yield Offer(span, compare="<")


def _ages(user: User, typed: str) -> Iterator[Offer]:
    for span in ("1d", "3d", "7d", "30d"):
        yield Offer(span, compare=">")


def _priorities(user: User, typed: str) -> Iterator[Offer]:
    yield Offer("50", compare=">")
    yield Offer("75", compare=">=")
    yield Offer("50", compare="<")


def _customers(user: User, typed: str) -> Iterator[Offer]:
    if "name" not in records.kind("customer").mask_for(user):
        for customer in find_customers(user, typed, limit=MOST):
            yield Offer(customer.name)


def _processes(user: User, typed: str) -> Iterator[Offer]:
    for version in definitions.live_versions():
        key, name = version.definition.key, process_words.process_name(version.pk)
        if typed.casefold() in name.casefold() or typed.casefold() in key:
            yield Offer(key, name)


def _steps(user: User, typed: str) -> Iterator[Offer]:
    seen: set[str] = set()
    for version in definitions.live_versions():
        bundle = definitions.version_bundle(version.pk)
        for element in process_words.people_steps(version.pk):
            name = process_words.step_name(bundle, element)
            if name not in seen and typed.casefold() in name.casefold():
                seen.add(name)
                yield Offer(name)


def _people(user: User, typed: str) -> Iterator[Offer]:
    named = (
        Q(username__icontains=typed)
        | Q(first_name__icontains=typed)
        | Q(last_name__icontains=typed)
        | Q(native_name__icontains=typed)
    )
    for person in User.objects.filter(named, is_active=True).order_by("username")[:MOST] if typed else ():
        yield Offer(person.username, person.display_name)


def _units(user: User, typed: str) -> Iterator[Offer]:
    named = Q(code__istartswith=typed) | Q(name__icontains=typed) | Q(name_zh__icontains=typed)
    for unit in OrgUnit.objects.filter(named, is_active=True).order_by("path")[:MOST]:
        yield Offer(unit.code, unit.name_in(get_language()))


def _labels(user: User, typed: str) -> Iterator[Offer]:
    codes = user.org_unit.path.strip("/").split("/") if user.org_unit is not None else []
    rows = Label.objects.filter(Q(owner=user) | Q(unit__code__in=codes), name__icontains=typed)
    for name in dict.fromkeys(rows.order_by("name").values_list("name", flat=True)[:MOST]):
        yield Offer(name)


FOUND: dict[str, Callable[[User, str], Iterator[Offer]]] = {
    "due": _spans,
    "age": _ages,
    "priority": _priorities,
    "customer": _customers,
    "process": _processes,
    "step": _steps,
    "assignee": _people,
    "unit": _units,
    "label": _labels,
}
