"""What a refusal says to people, once for pages and interface: its sentence, and the values at fault by field.

Refusals of all areas carry a ``text`` or ``sentence`` of their own, and ``errors`` or a ``field`` where values are at
fault. Only what the Django-free parts of bpmn raise has its sentence here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bpmn.bundle import BundleInvalid
from bpmn.exceptions import ProcessNotDeployed
from bpmn.forms import FormRefused
from bpmn.forms.sentences import sentence as field_sentence
from workflows.exceptions import WorkflowError

SENTENCES: Mapping[type[BaseException], Any] = {
    ProcessNotDeployed: _("This process is not in use at present."),
    BundleInvalid: _("The files cannot be read as processes."),
    FormRefused: _("Some answers are missing or not accepted. They are marked; the rest is kept."),
}


def sentence_of(error: BaseException) -> str:
    """The sentence for people in the active language; "" for an error that brings none."""
    own = getattr(error, "text", None) or getattr(error, "sentence", None)
    if own and not callable(own):
        return str(own)
    return str(next((SENTENCES[kind] for kind in type(error).__mro__ if kind in SENTENCES), ""))


def sentence_for(code: str) -> str:
    """The sentence of a refusal that was stored by its code; the code itself where no refusal has it."""
    return str(next((kind.sentence for kind in _kinds(WorkflowError) if kind.code == code), code))


def _kinds(kind: type[WorkflowError]) -> Iterator[type[WorkflowError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)


def values_at_fault(error: BaseException) -> dict[str, list[str]]:
    """What is wrong with which value, by the name of its field; empty when no value is at fault."""
    if isinstance(error, FormRefused):
        return {key: [field_sentence(reason) for reason in reasons] for key, reasons in error.errors.items()}
    errors = getattr(error, "errors", None)
    if isinstance(errors, Mapping):
        return {str(name): [str(reason) for reason in reasons] for name, reasons in errors.items()}
    name = getattr(error, "field", "")
    return {str(name): [str(error)]} if name else {}
