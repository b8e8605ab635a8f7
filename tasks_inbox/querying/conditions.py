"""What the terms of a query line mean for work items: conditions over columns that are indexed or of one's own rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils.translation import get_language

from accounts.models import OrgUnit, User
from bpmn import queries as definitions
from bpmn.texts import element_name
from tasks_inbox.models import Label, Labelling, WorkItem
from tasks_inbox.querying import values
from tasks_inbox.querying.language import Term

FOUND_LIMIT = 200
"""How many people and units one name may stand for."""
ALTERNATIVES = frozenset({"process", "step", "customer", "assignee", "unit", "label"})
"""Keys whose values are alternatives: a task has one process, so two of them ask for either."""
Lookup = Callable[[User, str], Q]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks and when; ``customers`` finds the tasks about customers, whom this layer does not know."""

    user: User
    now: datetime
    customers: Lookup

    def midnight(self, days: int) -> datetime:
        """The midnight of the person's own zone that ends the ``days``-th day from today (0: began today)."""
        today = self.now.astimezone(self.user.time_zone).date()
        return self.start_of(today + timedelta(days=days))

    def start_of(self, day: date) -> datetime:
        """When a day begins for the person."""
        return datetime.combine(day, time(), tzinfo=self.user.time_zone)


@dataclass(frozen=True, slots=True)
class Condition:
    """``where`` is all that is asked; ``anchor`` a part of it that an index answers by itself, empty without one."""

    where: Q
    anchor: Q


def condition(terms: Iterable[Term], asking: Asking) -> Condition:
    """What all terms together ask for. Alternatives of one key are joined by "or", everything else by "and"."""
    where, either = Q(), defaultdict[str, list[Q]](list)
    for term in terms:
        asked = MEANINGS[term.key](term, asking)
        if term.negated:
            where &= ~asked if asked else Q(pk__in=[])
        elif term.key in ALTERNATIVES:
            either[term.key].append(asked)
        else:
            where &= asked
    for each in either.values():
        joined = each[0]
        for more in each[1:]:
            joined |= more
        where &= joined
    anchored = next((key for key in ("customer", "label") if key in either), "")
    return Condition(where, _joined(either[anchored]) if anchored else Q())


def _joined(conditions: Iterable[Q]) -> Q:
    joined = Q()
    for each in conditions:
        joined |= each
    return joined


def _due(term: Term, asking: Asking) -> Q:
    match term.value:
        case "late":
            return Q(due_at__lt=asking.now)
        case "today":
            return Q(due_at__lt=asking.midnight(1))
        case "tomorrow":
            return Q(due_at__gte=asking.midnight(1), due_at__lt=asking.midnight(2))
        case "week":
            return Q(due_at__lt=asking.midnight(7))
        case "none":
            return Q(due_at=None)
    span = values.duration(term.value)
    if span is not None:
        return _compared("due_at", term.compare or "<", asking.now + span)
    day = values.day(term.value)
    assert day is not None, "the line was read"
    start, end = asking.start_of(day), asking.start_of(day + timedelta(days=1))
    match term.compare:
        case "<":
            return Q(due_at__lt=start)
        case "<=":
            return Q(due_at__lt=end)
        case ">":
            return Q(due_at__gte=end)
        case ">=":
            return Q(due_at__gte=start)
    return Q(due_at__gte=start, due_at__lt=end)


def _compared(column: str, compare: str, value: object) -> Q:
    names = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
    return Q(**{f"{column}__{names[compare]}" if compare in names else column: value})


def _age(term: Term, asking: Asking) -> Q:
    span = values.duration(term.value)
    assert span is not None, "the line was read"
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(term.compare, "<")
    return _compared("created_at", turned, asking.now - span)


def _state(term: Term, asking: Asking) -> Q:
    match term.value:
        case "unclaimed":
            return Q(assignee=None)
        case "claimed":
            return Q(assignee__isnull=False)
        case "overdue":
            return Q(due_at__lt=asking.now, status=WorkItem.Status.OPEN)
        case "unread":
            return Q(opened_at=None, status=WorkItem.Status.OPEN)
    raise AssertionError(f"the line was read: {term.value}")


def _priority(term: Term, asking: Asking) -> Q:
    return _compared("priority", term.compare, values.priority(term.value))


def _process(term: Term, asking: Asking) -> Q:
    return process_called(term.value)


def process_called(name: str) -> Q:
    """Tasks of processes with this in their key, or in their name in the reader's language."""
    language, wanted = get_language() or "", name.casefold()
    keys = [
        version.definition.key
        for version in definitions.live_versions()
        if wanted in definitions.version_bundle(version.pk).name(language).casefold()
    ]
    return Q(process_key__icontains=name) | Q(process_key__in=keys)


def _step(term: Term, asking: Asking) -> Q:
    return step_called(term.value)


def step_called(name: str) -> Q:
    """Tasks whose name, in the model's or the reader's language, holds these words."""
    return Q(name__icontains=name) | Q(element__iexact=name) | Q(element__in=_elements_named(name))


def _elements_named(name: str) -> list[str]:
    wanted, language, found = name.casefold(), get_language() or "", []
    for version in definitions.live_versions():
        bundle = definitions.version_bundle(version.pk)
        texts = bundle.texts.get(language)
        if texts:
            nodes = bundle.process.nodes
            found += [each for each in nodes if wanted in element_name(bundle.process, each, texts).casefold()]
    return found


def _customer(term: Term, asking: Asking) -> Q:
    return asking.customers(asking.user, term.value)


def _assignee(term: Term, asking: Asking) -> Q:
    match term.value:
        case "me":
            return Q(assignee=asking.user)
        case "none":
            return Q(assignee=None)
    words = term.value.split()[:4]
    named = Q()
    for word in words:
        named &= (
            Q(username__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(native_name__icontains=word)
        )
    people = User.objects.filter(named).order_by("pk").values_list("pk", flat=True)
    return Q(assignee__in=list(people[:FOUND_LIMIT]))


def _unit(term: Term, asking: Asking) -> Q:
    """Tasks of the units so called and of everything below them."""
    named = Q(code__iexact=term.value) | Q(name__icontains=term.value) | Q(name_zh__icontains=term.value)
    below = Q(pk__in=[])
    for path in OrgUnit.objects.filter(named).order_by("path").values_list("path", flat=True)[:FOUND_LIMIT]:
        below |= Q(path__startswith=path)
    return Q(org_unit__in=list(OrgUnit.objects.filter(below).values_list("pk", flat=True)))


def _label(term: Term, asking: Asking) -> Q:
    """Tasks with a label so called: the person's own, or of their unit or a unit above it."""
    unit = asking.user.org_unit
    codes = unit.path.strip("/").split("/") if unit is not None else []
    labels = Label.objects.filter(Q(owner=asking.user) | Q(unit__code__in=codes), name__icontains=term.value)
    return Q(pk__in=Labelling.objects.filter(label__in=labels).values("item"))


def _words(term: Term, asking: Asking) -> Q:
    """Tasks whose name, number, process or customer holds the words."""
    found = step_called(term.value) | Q(record_number__icontains=term.value)
    return found | process_called(term.value) | asking.customers(asking.user, term.value)


MEANINGS: Mapping[str, Callable[[Term, Asking], Q]] = {
    "": _words,
    "due": _due,
    "age": _age,
    "is": _state,
    "priority": _priority,
    "process": _process,
    "step": _step,
    "customer": _customer,
    "assignee": _assignee,
    "unit": _unit,
    "label": _label,
}
