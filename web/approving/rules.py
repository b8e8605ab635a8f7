"""Why the process goes this way: the rules of its decision tables that matched, in their own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

import dmn
from tasks_inbox.models import WorkItem
from web import process_words
from web.approving.checks import check
from workflows.models import HistoryEvent

MOST = 40


@dataclass(frozen=True, slots=True)
class Decided:
    """One time a table was asked in the process: what it answered, by which rules."""

    decision: str
    value: Any
    rules: tuple[int, ...]


def decided_in(item: WorkItem, decisions: Iterable[str] = ()) -> list[Decided]:
    """What the tables of the item's process answered, the newest answer of each; one query. Named ones or all."""
    rows = HistoryEvent.objects.filter(instance=item.instance_id, kind=HistoryEvent.Kind.DECIDED)
    names = sorted(decisions)
    if names:
        rows = rows.filter(data__decision__in=names)
    found: dict[str, Decided] = {}
    for data in rows.order_by("-sequence").values_list("data", flat=True)[:MOST]:
        name = str(data.get("decision", ""))
        found.setdefault(name, Decided(name, data.get("value"), tuple(matched(data))))
    return list(reversed(found.values()))


def as_checks(item: WorkItem, decided: Iterable[Decided]) -> Iterator[dict[str, Any]]:
    """Each matched rule that says something about itself as a line of the panel, with its table as the source."""
    bundle = process_words.bundle_of(item)
    for each in decided:
        for rule in each.rules:
            if words := process_words.rule_words(bundle, each.decision, rule):
                yield check(words, source_of(item, each.decision, rule))


def source_of(item: WorkItem, decision: str, rule: int) -> str:
    """Where a rule stands."""
    return _("Decision table “%(table)s”, rule %(rule)s") % {"table": table_name(item, decision), "rule": rule}


def table_name(item: WorkItem, decision: str) -> str:
    """What a decision table is called in the reader's language."""
    bundle = process_words.bundle_of(item)
    if bundle.decisions is None:
        return decision
    try:
        node = bundle.decisions.graph.nodes[bundle.decisions.find(decision)]
    except dmn.DecisionUnknown:
        return decision
    texts = process_words.texts_of(bundle) or {}
    return texts.get(node.ref.id, {}).get("name") or node.name or decision


def why_asked(item: WorkItem, decisions: Iterable[str]) -> Callable[[str], str]:
    """Why a role is asked, in the words of the rules that named it; one query, made when first asked for."""
    found: dict[str, str] | None = None

    def words(role: str) -> str:
        nonlocal found
        if found is None:
            found = {}
            bundle = process_words.bundle_of(item)
            for each in decided_in(item, decisions):
                for rule in each.rules:
                    said = process_words.rule_words(bundle, each.decision, rule)
                    found |= dict.fromkeys(roles_in(each.value), said)
        return found.get(role, "")

    return words


def matched(data: Mapping[str, Any]) -> Iterator[int]:
    """The numbers of the rules that matched, from what was noted of a decision."""
    steps = ((data.get("trace") or {}).get("trace") or {}).get("steps") or []
    for step in steps:
        for table in step.get("tables") or []:
            for rule in table.get("matched") or []:
                yield int(rule["number"])


def roles_in(value: Any) -> list[str]:
    """The roles a table asks for, whether it answers one list or several."""
    if isinstance(value, dict):
        return roles_in(value.get("roles"))
    if isinstance(value, list):
        return [role for each in value for role in roles_in(each)]
    return [value] if isinstance(value, str) else []
