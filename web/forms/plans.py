"""What people write about marketing plans: the text, the segment, and rows of goals, activities, people and money."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import OrgUnit, UnitKind, User
from crm_core.interactions.models import Channel
from crm_core.marketing.models import CostCategory, MarketingPlan
from crm_core.marketing.operations import NewBudgetLine
from web.forms.records import RecordForm
from web.forms.rows import RowSet, add_row_refusals, rows_of
from web.forms.segments import SegmentForm
from web.views.crm.people import chosen

NO_CATEGORY: Final = ("", gettext_lazy("Choose"))


class PersonField(forms.CharField):
    """A colleague chosen in a search field; entered as the person."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.HiddenInput, required=False, **more)

    def clean(self, value: Any) -> User | None:
        """The active person with the chosen id; nobody for nothing."""
        text = super().clean(value)
        if not text:
            return None
        person = chosen(text)
        if person is None:
            raise forms.ValidationError(_("There is no such person."))
        return person


class LineRow(forms.Form):
    """One item of the budget."""

    category = forms.ChoiceField(label=gettext_lazy("Category"), choices=[NO_CATEGORY, *CostCategory.choices])
    description = forms.CharField(label=gettext_lazy("Description"), max_length=200, required=False)
    amount = forms.DecimalField(label=gettext_lazy("Amount"), min_value=0, max_digits=14, decimal_places=2)


class GoalRow(forms.Form):
    """What is to be reached, and how much of it."""

    metric = forms.CharField(label=gettext_lazy("Metric"), max_length=120)
    target = forms.CharField(label=gettext_lazy("Target"), max_length=60)


class ActivityRow(forms.Form):
    """One thing to be done: where, when, by whom."""

    name = forms.CharField(label=pgettext_lazy("something to be done", "Activity"), max_length=200)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
    on = forms.DateField(label=gettext_lazy("Day"), required=False)
    staff = PersonField(label=pgettext_lazy("who does it", "By"))


class PersonRow(forms.Form):
    """One of the people who carry the plan out."""

    person = PersonField(label=gettext_lazy("Colleague"))


TITLES: Final = {
    "goals": (gettext_lazy("Goals"), gettext_lazy("Add a goal")),
    "activities": (gettext_lazy("Activities"), gettext_lazy("Add an activity")),
    "staff": (gettext_lazy("Staff"), gettext_lazy("Add a colleague")),
    "lines": (gettext_lazy("Budget lines"), gettext_lazy("Add a line")),
}
PEOPLE: Final = {"activities": "staff", "staff": "person"}
ROWS: Final[Mapping[str, type[forms.Form]]] = {
    "goals": GoalRow,
    "activities": ActivityRow,
    "staff": PersonRow,
    "lines": LineRow,
}


class PlanText(RecordForm):
    """The fields of a plan that stand alone."""

    model = MarketingPlan
    names = (
        *("title", "kind", "opportunity_source", "offer", "concession_percent", "place", "starts_on", "ends_on"),
        *("expected_responses", "expected_leads", "expected_revenue", "risks", "uses_hq_brand", "has_prize_draw"),
    )
    NUMBERS = ("concession_percent", "expected_responses", "expected_leads", "expected_revenue")

    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"),
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    branches = forms.MultipleChoiceField(
        label=gettext_lazy("Further branches"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=gettext_lazy("What changed and why"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("Everyone who decides reads this beside the differences."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, record: MarketingPlan | None = None, closed: Iterable[str] = (), **more: Any):
        super().__init__(*args, record=record, closed=closed, **more)
        for name in ("channels", "branches"):
            if name in set(closed):
                del self.fields[name]
            elif record is not None:
                self.initial[name] = getattr(record, name)
        for name in self.NUMBERS:
            if name in self.fields:
                self.fields[name].required = False
        if "branches" in self.fields:
            asked = self.fields["branches"]
            assert isinstance(asked, forms.MultipleChoiceField)
            rows = OrgUnit.objects.filter(kind=UnitKind.CITY_BRANCH).order_by("code")
            asked.choices = [(unit.code, str(unit)) for unit in rows]
        if record is None:
            del self.fields["note"]
        else:
            self.initial.setdefault("version", record.version)

    def clean(self) -> dict[str, Any]:
        """A plan does not end before it starts; said beside the field."""
        entered: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = entered.get("starts_on"), entered.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("A plan does not end before it starts."))
        return entered

    def values(self) -> dict[str, Any]:
        """The plan's own fields; a number that was left empty is 0."""
        entered = {name: value for name, value in self.cleaned_data.items() if name not in {"note", "version"}}
        return entered | {name: entered[name] or 0 for name in self.NUMBERS if name in entered}


@dataclass(frozen=True, slots=True)
class RowList:
    """One list of rows as a page shows it; ``people`` are names by id."""

    name: str
    rows: RowSet
    people: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the list is called."""
        return str(TITLES[self.name][0])

    @property
    def more(self) -> str:
        """What the button for one more row says."""
        return str(TITLES[self.name][1])

    @property
    def total(self) -> Decimal | None:
        """The sum of the amounts that can be read, whatever else is wrong; None for rows without amounts."""
        if self.name != "lines":
            return None
        return sum((_amount(row["amount"].value()) for row in self.rows.forms), Decimal(0))

    def entries(self) -> list[dict[str, Any]]:
        """Each row with its fields and, where it asks for a person, the name of who is chosen."""
        person = PEOPLE.get(self.name, "")
        return [
            {
                "form": row,
                "person": row[person] if person else None,
                "person_name": self.people.get(str(row[person].value() or ""), "") if person else "",
            }
            for row in self.rows.forms
        ]


class PlanForm:
    """The whole form of a plan: its text, its segment, and its rows."""

    def __init__(
        self, data: QueryDict | None = None, *, plan: MarketingPlan | None = None, closed: Iterable[str] = ()
    ) -> None:
        self.data, self.plan, self.closed = data, plan, frozenset(closed)
        self.text = PlanText(data, record=plan, closed=self.closed)
        self.segment = SegmentForm(data, initial=plan.segment if plan is not None else None)
        kept = _kept_rows(plan) if plan is not None else {}
        hidden = self.closed | ({"lines"} if "budget_total" in self.closed else set())
        offered = {name: row for name, row in ROWS.items() if name not in hidden}
        self.rows = {name: rows_of(row, name, data, kept.get(name, ())) for name, row in offered.items()}

    @property
    def lists(self) -> dict[str, RowList]:
        """The rows as the page shows them, by name."""
        people = self._people
        return {name: RowList(name, rows, people) for name, rows in self.rows.items()}

    @property
    def _people(self) -> dict[str, str]:
        """The names of the people chosen in rows, by id, for the search fields; one query."""
        shown = [(rows, column) for name, column in PEOPLE.items() if (rows := self.rows.get(name)) is not None]
        asked = {str(row[column].value() or "") for rows, column in shown for row in rows.forms}
        ids = [int(text) for text in asked if text.isascii() and text.isdigit() and len(text) < 10]
        return {str(person.pk): person.display_name for person in User.objects.filter(pk__in=ids)} if ids else {}

    def is_valid(self) -> bool:
        """Whether everything can be read; every part says what is wrong with it."""
        return all([self.text.is_valid(), self.segment.is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    def values(self) -> dict[str, Any]:
        """The values of the plan for the commands; the budget is the sum of its lines."""
        made: dict[str, Any] = {
            name: make(self.rows[name].entered()) for name, make in _MADE_OF.items() if name in self.rows
        }
        if (lines := self.budget_lines()) is not None:
            made["budget_total"] = sum((line.amount for line in lines), Decimal(0))
        given = self.text.values() | {"segment": self.segment.rule()} | made
        return {name: value for name, value in given.items() if name not in self.closed}

    def budget_lines(self) -> list[NewBudgetLine] | None:
        """The budget lines for the commands; None for who may not write them."""
        rows = self.rows.get("lines")
        return None if rows is None else lines_of(rows)

    def refuse(self, errors: Mapping[str, Iterable[str]]) -> None:
        """Put what a command refused beside what it is about; the rest stands above the form."""
        about_text = {name: reasons for name, reasons in errors.items() if name != "segment"}
        add_row_refusals(self.text, self.rows, about_text)
        for reason in errors.get("segment", ()):
            self.segment.add_error(None, reason)


class ReasonForm(forms.Form):
    """Why: a plan is not taken back, and its money not changed, without saying so."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class BudgetReason(ReasonForm):
    """Why the budget is another one."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CostForm(forms.Form):
    """Money that was spent; the same invoice is booked once."""

    category = forms.ChoiceField(label=gettext_lazy("Category"), choices=CostCategory.choices)
    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=14, decimal_places=2)
    booked_on = forms.DateField(label=gettext_lazy("Booked on"), required=False)
    reference = forms.CharField(label=gettext_lazy("Invoice"), max_length=80, required=False)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=200, required=False)


def budget_rows(data: QueryDict | None, kept: Iterable[Mapping[str, Any]] = ()) -> RowSet:
    """The budget lines alone."""
    return rows_of(LineRow, "lines", data, list(kept))


def kept_lines(plan: MarketingPlan) -> list[dict[str, Any]]:
    """The budget lines of a plan as rows."""
    return [dict(row) for row in plan.lines.values("category", "description", "amount")]


def lines_of(rows: RowSet) -> list[NewBudgetLine]:
    """What the rows say as budget lines; only after ``is_valid()``."""
    return [NewBudgetLine(row["category"], row["amount"], row["description"]) for row in rows.entered()]


def _amount(value: Any) -> Decimal:
    try:
        amount = LineRow.base_fields["amount"].clean(value)
    except forms.ValidationError:
        return Decimal(0)
    return amount if isinstance(amount, Decimal) else Decimal(0)


def _kept_rows(plan: MarketingPlan) -> dict[str, list[dict[str, Any]]]:
    """What the plan says now, as rows; people by id."""
    usernames = {*plan.staff, *(str(row.get("staff") or "") for row in plan.activities)}
    ids = dict(User.objects.filter(username__in=usernames).values_list("username", "pk"))
    return {
        "goals": [dict(row) for row in plan.goals],
        "activities": [{**row, "staff": ids.get(str(row.get("staff") or ""), "")} for row in plan.activities],
        "staff": [{"person": ids[name]} for name in plan.staff if name in ids],
        "lines": kept_lines(plan),
    }


def _activity(row: Mapping[str, Any]) -> dict[str, Any]:
    given = {
        "name": row["name"],
        "place": row["place"],
        "on": row["on"].isoformat() if row["on"] else "",
        "staff": row["staff"].username if row["staff"] else "",
    }
    return {name: value for name, value in given.items() if value}


def _goal(row: Mapping[str, Any]) -> dict[str, Any]:
    """A target that is a number is kept as one, so that it can be compared."""
    text = str(row["target"]).replace(",", "")
    target: Any = row["target"]
    if _NUMBER.fullmatch(text):
        target = float(text) if "." in text else int(text)
    return {"metric": row["metric"], "target": target}


def _usernames(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(row["person"].username for row in rows if row["person"]))


_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_MADE_OF: Final[Mapping[str, Callable[[list[dict[str, Any]]], list[Any]]]] = {
    "goals": lambda rows: [_goal(row) for row in rows],
    "activities": lambda rows: [_activity(row) for row in rows],
    "staff": _usernames,
}
