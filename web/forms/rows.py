"""Lists of rows inside a form: as many as somebody needs, one more or one fewer on request, empty ones not counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict

from web.forms.records import add_refusals

MOST_ROWS = 100


if TYPE_CHECKING:
    Forms = BaseFormSet[forms.Form]
else:
    Forms = BaseFormSet  # not generic while it runs


class RowSet(Forms):
    """The rows of one list; at least one is shown, so that there is somewhere to write."""

    def initial_form_count(self) -> int:
        """None: whatever stood there before may be emptied."""
        return 0

    def total_form_count(self) -> int:
        """What was sent; before that a row for each that is kept, one for none."""
        return super().total_form_count() if self.is_bound else max(len(self.initial or ()), 1)

    def filled(self) -> list[forms.Form]:
        """The rows with entries, in order."""
        return [row for row in self.forms if row.has_changed()]

    def entered(self) -> list[dict[str, Any]]:
        """What the rows with entries say; only after ``is_valid()``."""
        return [row.cleaned_data for row in self.filled()]

    def refuse(self, reasons: Iterable[str], number: int | None = None) -> None:
        """Put what a command refused into the ``number``-th row with entries, counted from 1, else above the rows."""
        rows = self.filled()
        if number is None or not 0 < number <= len(rows):
            self.non_form_errors().extend(reasons)
            return
        for reason in reasons:
            rows[number - 1].add_error(None, reason)


def rows_of(
    row: type[forms.Form], prefix: str, data: QueryDict | None, kept: Sequence[Mapping[str, Any]] = ()
) -> RowSet:
    """The rows that were sent under ``prefix``; before anything was sent those that are kept."""
    made = formset_factory(row, formset=RowSet, extra=0, max_num=MOST_ROWS, validate_max=True)
    rows = (
        made(data=data, prefix=prefix)
        if data is not None
        else made(prefix=prefix, initial=[dict(each) for each in kept])
    )
    assert isinstance(rows, RowSet)
    return rows


def add_row_refusals(form: forms.Form, rows: Mapping[str, RowSet], errors: Mapping[str, Iterable[str]]) -> None:
    """What a command refused: ``lines.3`` into the third of the rows "lines" with entries, the rest into the form."""
    for name, reasons in errors.items():
        group, _dot, number = name.partition(".")
        if group in rows:
            rows[group].refuse(reasons, int(number) if number.isdigit() else None)
        else:
            add_refusals(form, {name: reasons})


def with_row(data: QueryDict, prefix: str) -> QueryDict:
    """What was sent with one more empty row, unless there are enough."""
    changed = data.copy()
    changed[f"{prefix}-TOTAL_FORMS"] = str(min(_count(data, prefix) + 1, MOST_ROWS))
    return changed


def without_row(data: QueryDict, prefix: str, number: int) -> QueryDict:
    """What was sent without the ``number``-th row, counted from 0; the rows after it move up."""
    changed = data.copy()
    count = _count(data, prefix)
    if not 0 <= number < count:
        return changed
    for key in data:
        at, _dash, name = key.removeprefix(f"{prefix}-").partition("-")
        if not key.startswith(f"{prefix}-") or not at.isdigit() or int(at) < number:
            continue
        if int(at) > number:
            changed.setlist(f"{prefix}-{int(at) - 1}-{name}", data.getlist(key))
        if int(at) == count - 1:
            del changed[key]
    changed[f"{prefix}-TOTAL_FORMS"] = str(count - 1)
    return changed


def sent_rows(data: QueryDict, prefix: str) -> list[dict[str, str]]:
    """What was sent, row by row, as it was typed."""
    rows: list[dict[str, str]] = [{} for _row in range(_count(data, prefix))]
    for key in data:
        at, _dash, name = key.removeprefix(f"{prefix}-").partition("-")
        if key.startswith(f"{prefix}-") and at.isdigit() and int(at) < len(rows):
            rows[int(at)][name] = str(data[key])
    return rows


def _count(data: QueryDict, prefix: str) -> int:
    text = data.get(f"{prefix}-TOTAL_FORMS", "")
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 5 else 0
