"""Forms made from the fields of a record's model, so that labels, lengths and choices are said once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Field, Model

from crm_core.exceptions import ValuesRefused

LONG_TEXT_ROWS = 3


class RecordForm(forms.Form):
    """The fields ``names`` of ``model``; those in ``closed`` are not offered to this person at all."""

    model: ClassVar[type[Model]]
    names: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        *args: Any,
        record: Any = None,
        closed: Iterable[str] = (),
        names: Iterable[str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        offered = [name for name in (names or self.names) if name not in set(closed)]
        for name in offered:
            self.fields[name] = model_field(self.model, name)
            if record is not None:
                self.initial.setdefault(name, getattr(record, name, None))

    def refuse(self, error: ValuesRefused) -> None:
        """Put what a command refused beside the fields it is about; the rest stands above the form."""
        add_refusals(self, error.errors)


def model_field(model: type[Model], name: str) -> forms.Field:
    """The form field for a column: its label, length and choices, and room for long texts."""
    column = model._meta.get_field(name)
    assert isinstance(column, Field)
    made = column.formfield()
    assert isinstance(made, forms.Field), name
    if isinstance(made.widget, forms.Textarea):
        made.widget.attrs = {"rows": LONG_TEXT_ROWS}
    return made


def add_refusals(form: forms.Form, errors: Mapping[str, Iterable[str]]) -> None:
    """Field errors beside their fields; errors of what the form does not show above it, with the name if any."""
    for name, reasons in errors.items():
        for reason in reasons:
            form.add_error(name if name in form.fields else None, reason)
