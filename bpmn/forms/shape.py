"""What the components of a form say about themselves, read once per form: where they keep values, when they show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bpmn.forms import fields
from bpmn.forms.fields import MAPPINGS, Component, Path
from bpmn.forms.vocabulary import COMPUTED, KEYED

KEPT = 500
"""Shapes of forms in memory."""


@dataclass(frozen=True, slots=True)
class Part:
    """A component; ``path`` is what it adds to the place of its values, ``parts`` are those inside."""

    component: Component
    path: Path
    is_field: bool
    is_list: bool
    is_computed: bool
    is_required: bool
    is_fixed: bool  # read-only or disabled whatever the data
    hide: Any
    kept: tuple[Any, ...]  # what makes it read-only or disabled
    parts: tuple[Part, ...]
    answerable: tuple[tuple[Path, Part], ...]  # of a form or list: the fields outside inner lists, and lists as a whole


_known: dict[int, Part] = {}


def shape_of(form: Component) -> Part:
    """The form as its outermost part. A form that was asked for once must not be changed any more."""
    found = _known.get(id(form))
    if found is None or found.component is not form:
        if len(_known) >= KEPT:
            _known.clear()
        found = _known[id(form)] = _part(form, is_form=True)
    return found


def _part(component: Component, *, is_form: bool = False) -> Part:
    kind, parts = component.get("type"), tuple(_part(child) for child in fields.children(component))
    is_list = kind == "dynamiclist" and not is_form
    validate, conditional = component.get("validate"), component.get("conditional")
    kept = tuple(value for name in ("readonly", "disabled") if (value := component.get(name)))
    return Part(
        component=component,
        path=() if is_form else fields.segments(component),
        is_field=kind in KEYED and not is_form,
        is_list=is_list,
        is_computed=kind in COMPUTED,
        is_required=isinstance(validate, MAPPINGS) and validate.get("required") is True,
        is_fixed=any(value is True for value in kept),
        hide=conditional.get("hide") if isinstance(conditional, MAPPINGS) else None,
        kept=kept,
        parts=parts,
        answerable=tuple(_answerable(parts, ())) if is_form or is_list else (),
    )


def _answerable(parts: Iterable[Part], prefix: Path) -> Iterator[tuple[Path, Part]]:
    for part in parts:
        path = (*prefix, *part.path)
        if not part.is_field and not part.is_list:
            yield from _answerable(part.parts, path)
        elif path:
            yield path, part
