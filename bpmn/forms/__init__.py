"""Forms in form-js JSON: which variables they show, and whether answers fit them."""

from __future__ import annotations

from bpmn.forms.errors import FieldError, FormRefused
from bpmn.forms.prefill import names_read, prefill
from bpmn.forms.validation import validate

__all__ = ["FieldError", "FormRefused", "names_read", "prefill", "validate"]
