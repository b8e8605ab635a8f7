"""Turns a Django form field into what the field component shows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.boundfield import BoundField

INPUTS_OF_KIND: dict[str, tuple[type[forms.Widget], ...]] = {
    "check": (forms.CheckboxInput,),
    "choices": (forms.RadioSelect, forms.CheckboxSelectMultiple),
    "select": (forms.Select,),
    "textarea": (forms.Textarea,),
    "file": (forms.FileInput,),
}
NATIVE_TYPES: dict[type[forms.DateInput | forms.DateTimeInput | forms.TimeInput], tuple[str, str]] = {
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
    forms.TimeInput: ("time", "%H:%M"),
}


def field_context(
    bound: BoundField, *, icon: str, prefix: str, suffix: str, full: bool, more: dict[str, Any]
) -> dict[str, Any]:
    """Everything the template needs: the kind of control, its HTML with attributes, ids of help and errors."""
    kind = _kind(bound.field.widget)
    return {
        "bound": bound,
        "kind": kind,
        "icon": icon,
        "prefix": prefix,
        "suffix": suffix,
        "full": full,
        "optional": not bound.field.required and kind != "check",
        "control": bound.as_widget(attrs=_control_attributes(bound, kind, more)),
        "error_id": f"{bound.auto_id}_error",
        "help_id": f"{bound.auto_id}_helptext",
    }


def _kind(widget: forms.Widget) -> str:
    return next((kind for kind, classes in INPUTS_OF_KIND.items() if isinstance(widget, classes)), "input")


def _control_attributes(bound: BoundField, kind: str, more: dict[str, Any]) -> dict[str, Any]:
    attributes = {name.replace("_", "-"): value for name, value in more.items()}
    described = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    if bound.errors:
        attributes["aria-invalid"] = "true"
        described.append(f"{bound.auto_id}_error")
    if described and kind != "choices":
        attributes["aria-describedby"] = " ".join(described)
    if kind in {"select", "textarea"}:
        attributes["class"] = "input"
    if kind == "file":
        attributes["class"] = "sr-only"
    _use_native_picker(bound.field.widget)
    _name_the_empty_choice(bound.field.widget)
    return attributes


def _name_the_empty_choice(widget: forms.Widget) -> None:
    """A dash for "nothing chosen", where Django draws nine of them."""
    if isinstance(widget, forms.Select):
        dashes = str(BLANK_CHOICE_DASH[0][1])
        widget.choices = [(value, "–" if label == dashes else label) for value, label in widget.choices]


def _use_native_picker(widget: forms.Widget) -> None:
    """The browser's own picker wants ISO dates whatever the reader's language is."""
    for kind, (input_type, iso_format) in NATIVE_TYPES.items():
        if isinstance(widget, kind):
            widget.input_type, widget.format = input_type, iso_format
