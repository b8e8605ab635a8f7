"""No refusal of the areas below reaches a person as an error page or as a bare status."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from django.utils.translation import override

from accounts import exceptions as accounts
from crm_core import exceptions as crm
from notifications import exceptions as notifications
from tasks_inbox import exceptions as inbox
from web.errors import refusal_of
from workflows import exceptions as workflows
from workflows.engine.api import ModificationRefused, Obstacle

REFUSALS = [
    kind
    for module in (accounts, crm, inbox, notifications, workflows)
    for _name, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, Exception) and kind.__module__ == module.__name__
]

# What those are told that say more than their name.
GIVEN: dict[type[Exception], tuple[Any, ...]] = {
    crm.ValuesRefused: ({"name": ["Too long."]},),
    workflows.SigningKeyMissing: ("keys/1.pem",),
    workflows.ModificationImpossible: (ModificationRefused(Obstacle.UNKNOWN_ELEMENT, "gone"),),
}


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_refusal_has_a_status_and_a_sentence(kind):
    error = kind(*GIVEN.get(kind, ()))
    with override("en"):
        refusal = refusal_of(error)
    assert refusal is not None
    assert 400 <= refusal.status < 500
    assert refusal.sentence.strip()


def test_defects_are_no_refusals():
    assert refusal_of(KeyError("x")) is None
    assert refusal_of(RuntimeError()) is None
