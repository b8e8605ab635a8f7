"""The ledger of the walks: what the shipped files offer is read whole, and what nobody came to is named."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.offers import Reach, offered
from tests.browser.office import Office

KEY = "customer-level-change"
REJECT = Reach("button", f"{KEY}/approve", "reject")


def unused(*_given: Any, **_more: Any) -> Any:
    raise AssertionError("no browser is needed here")


def test_a_button_nobody_pressed_is_named(clock):
    everything = offered(KEY)
    assert REJECT in everything
    office = Office(KEY, "en", unused, unused, clock, reached=set(everything) - {REJECT})
    with pytest.raises(AssertionError, match=f"not reached: button {KEY}/approve reject"):
        office.close(everything)


def test_forms_fields_words_choices_messages_and_buttons_are_all_read():
    assert {
        Reach("form", f"{KEY}/complete-request", "complete-request"),
        Reach("field", f"{KEY}/approve", "approve_decision_reason"),
        Reach("words", f"{KEY}/approve", "objected"),
        Reach("message", "", "level_change.withdrawn"),
    } <= offered(KEY)
    assert Reach("choice", "service-dispatch/on-site", "outcome=no_one_home") in offered("service-dispatch")


def test_what_looks_wrong_closes_no_day(clock):
    office = Office(KEY, "zh-hans", unused, unused, clock, wrong=["customers: not Chinese: Notes"])
    with pytest.raises(AssertionError, match="not Chinese: Notes"):
        office.close([])
