"""A marketing plan as a person reads it, and what is different from the revision they read before, old -> new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from crm_core.marketing.models import MarketingPlan, PlanRevision
from web.components import money
from web.views.crm.plan_words import Names, category_words, names_for, period
from web.views.crm.words import day_words, field_label

Content = Mapping[str, Any]
PROSE = ("opportunity_source", "offer", "risks")
FACTS = ("kind", "segment", "channels", "branches", "place", "staff", "uses_hq_brand", "has_prize_draw")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing a plan says: its words now and before; ``state``: "" as before, changed, added, removed."""

    label: str
    value: str
    old: str = ""
    state: str = ""
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list in a plan: its cells now, those of before that differ, and its state as above."""

    cells: Mapping[str, Any]
    old: Mapping[str, Any]
    state: str = ""


class Document:
    """What a plan says in one revision, beside what it said in another; ``before`` None marks nothing."""

    def __init__(
        self,
        now: Content,
        before: Content | None = None,
        *,
        names: Names | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self.now, self.before, self.hidden = now, before, hidden
        self.names = names or names_for([now, before or {}])

    @cached_property
    def facts(self) -> list[Said]:
        """Kind, segment, period, channels, branches, place, people, brand and prize draw; empty ones left out."""
        found = [self.said(name) for name in FACTS]
        found.insert(2, self._period())
        return [fact for fact in found if fact.value or fact.old or fact.masked]

    @cached_property
    def prose(self) -> dict[str, Said]:
        """The long texts by name."""
        return {name: self.said(name) for name in PROSE}

    @cached_property
    def goals(self) -> list[Row]:
        """Metrics with targets."""
        return self._rows("goals", lambda row: row.get("metric"), dict)

    @cached_property
    def lines(self) -> list[Row]:
        """Items of the budget."""
        return self._rows("lines", lambda row: (row.get("category"), row.get("description")), _line)

    @cached_property
    def activities(self) -> list[Row]:
        """Activities with place, day and person."""
        return self._rows("activities", lambda row: row.get("name"), self._activity)

    @cached_property
    def changed_parts(self) -> frozenset[str]:
        """The sections in which something differs: goals, lines, activities, terms."""
        rows = {"goals": self.goals, "lines": self.lines, "activities": self.activities}
        terms = [self.prose["offer"], *self.facts]
        found = {name for name, each in rows.items() if any(row.state for row in each)}
        return frozenset(found | ({"terms"} if any(said.state for said in terms) else set()))

    def said(self, name: str, label: str = "") -> Said:
        """One field of the plan."""
        label = label or field_label(MarketingPlan, name)
        if name in self.hidden:
            return Said(label, "", masked=True)
        value = self.names.words(name, self.now.get(name))
        if self.before is None:
            return Said(label, value)
        return _compared(label, value, self.names.words(name, self.before.get(name)))

    @cached_property
    def changes(self) -> list[Said]:
        """Everything that differs, one entry per field and per row."""
        if self.before is None:
            return []
        single = [self.said(name) for name in self.now if name not in _APART]
        rows = [
            *(_row_said(_("Goal"), row, ("metric",), ("target",)) for row in self.goals),
            *(_row_said(_("Activity"), row, ("name",), ("place", "on", "staff")) for row in self.activities),
            *(_row_said(_("Budget line"), row, ("category", "description"), ("amount",)) for row in self.lines),
        ]
        return [said for said in [*single, self._period(), *rows] if said.state]

    def _period(self) -> Said:
        if {"starts_on", "ends_on"} & self.hidden:
            return Said(_("Period"), "", masked=True)
        label = _("Period")
        value = self._span(self.now)
        return Said(label, value) if self.before is None else _compared(label, value, self._span(self.before))

    def _span(self, content: Content) -> str:
        words = [self.names.words(name, content.get(name)) for name in ("starts_on", "ends_on")]
        return period(*words)

    def _activity(self, row: Content) -> dict[str, Any]:
        staff = str(row.get("staff") or "")
        return {
            "name": row.get("name", ""),
            "place": row.get("place", ""),
            "on": day_words(date.fromisoformat(row["on"])) if row.get("on") else "",
            "staff": self.names.person(staff) if staff else "",
        }

    def _rows(
        self, name: str, key: Callable[[Content], Hashable], cells: Callable[[Content], dict[str, Any]]
    ) -> list[Row]:
        if name in self.hidden:
            return []
        now = _keyed(self.now.get(name) or (), key)
        if self.before is None:
            return [Row(cells(row), {}) for row in now.values()]
        before = _keyed(self.before.get(name) or (), key)
        rows = [_row(cells(row), cells(before[at]) if at in before else None) for at, row in now.items()]
        return rows + [Row(cells(row), {}, "removed") for at, row in before.items() if at not in now]


EXPECTED = ("expected_responses", "expected_leads", "expected_revenue")
_APART = frozenset({"goals", "activities", "lines", "starts_on", "ends_on"})


def plan_document(
    revision: PlanRevision, since: PlanRevision | None, *, names: Names | None = None, hidden: frozenset[str]
) -> dict[str, Any]:
    """A revision as pages show it: its document and the line of amounts, both against ``since``."""
    document = Document(revision.snapshot, since.snapshot if since else None, names=names, hidden=hidden)
    counted = (revision.findings or {}).get("people")
    counted_before = (since.findings or {}).get("people") if since else None
    customers = "" if counted is None else str(counted)
    amounts = [
        document.said("budget_total"),
        document.said("concession_percent", _("Concession")),
        *([Said(_("Customers"), customers, *_moved(customers, counted_before))] if customers else []),
        *(said for name in EXPECTED if (said := document.said(name)).value or said.old or said.masked),
    ]
    return {"it": document, "amounts": amounts, "revision": revision, "lines_hidden": "budget_total" in hidden}


def _moved(now: str, before: int | None) -> tuple[str, str]:
    return ("", "") if before is None or str(before) == now else (str(before), "changed")


def _compared(label: str, value: str, old: str) -> Said:
    if value == old:
        return Said(label, value)
    return Said(label, value, old, "changed" if value and old else "added" if value else "removed")


def _line(row: Content) -> dict[str, Any]:
    return {
        "category": category_words(str(row.get("category"))),
        "description": row.get("description", ""),
        "amount": money(row.get("amount")),
    }


def _row(cells: Content, before: Content | None) -> Row:
    if before is None:
        return Row(cells, {}, "added")
    old = {name: before[name] for name in cells if before.get(name) != cells[name]}
    return Row(cells, old, "changed" if old else "")


def _row_said(kind: str, row: Row, key: Sequence[str], rest: Sequence[str]) -> Said:
    """A row as one line: what it is as label, the rest as value."""
    label = _joined([kind, *(row.cells.get(name) for name in key)])
    value = _joined(row.cells.get(name) for name in rest) or _("planned")
    if row.state == "removed":
        return Said(label, "", value, row.state)
    before = {**row.cells, **row.old}
    old = _joined(before.get(name) for name in rest) if row.state == "changed" else ""
    return Said(label, value, old, row.state)


def _joined(words: Iterable[Any]) -> str:
    return " · ".join(str(word) for word in words if word not in (None, ""))


def _keyed(rows: Iterable[Content], key: Callable[[Content], Hashable]) -> dict[Hashable, Content]:
    """Rows by what identifies them; of several alike the first belongs to the first."""
    seen: Counter[Hashable] = Counter()
    found: dict[Hashable, Content] = {}
    for row in rows:
        name = key(row)
        found[name, seen[name]] = row
        seen[name] += 1
    return found
