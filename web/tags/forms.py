"""Fields of forms with labels, help and errors."""

from __future__ import annotations

from typing import Any

from django import template

from web import form_fields

register = template.Library()


@register.inclusion_tag("components/field.html")
def field(
    bound: Any, icon: str = "", prefix: str = "", suffix: str = "", full: bool = False, **more: Any
) -> dict[str, Any]:
    """A Django form field with label, help and errors; further arguments become attributes of the control."""
    return form_fields.field_context(bound, icon=icon, prefix=prefix, suffix=suffix, full=full, more=more)


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What is wrong with the form as a whole, as one banner."""
    return {"errors": form.non_field_errors()}


@register.inclusion_tag("components/combobox.html")
def combobox(  # noqa: PLR0917
    name: str,
    url: str,
    label: str,
    value: Any = "",
    text: str = "",
    placeholder: str = "",
    icon: str = "search",
    help_text: str = "",
    error: str = "",
    required: bool = False,
    id: str = "",
) -> dict[str, Any]:
    """A search for one person or record; answers of `url?q=` are {"results": [{id, label, hint, initials, tone}]}."""
    return {**locals(), "id": id or f"id_{name}"}
