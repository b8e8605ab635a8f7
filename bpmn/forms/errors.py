"""Why answers are refused, as codes with values by field key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One reason; ``bpmn.forms.sentences.sentence`` puts it into words."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


class FormRefused(Exception):
    """The answers do not fit the form: ``errors`` by field key (``address.city``, ``items[0].price``)."""

    def __init__(self, errors: Mapping[str, tuple[FieldError, ...]]) -> None:
        self.errors = dict(errors)
        super().__init__(", ".join(f"{key}: {errors[0].code}" for key, errors in self.errors.items()))
