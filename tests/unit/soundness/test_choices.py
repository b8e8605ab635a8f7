"""Conditions that never hold together are told from those that may, so that sound choices raise no alarm."""

from __future__ import annotations

import pytest

from tests.unit.engine.drawing import draw, end, flow, inclusive, start, user, xor
from workflows.soundness import examine
from workflows.soundness.choices import compatible, never_both


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("= x > 5", "= x <= 5"),
        ("= x > 5", "= 5 >= x"),
        ("= 5 < x", "= x < 5"),
        ("= x > 5", "= x < 3"),
        ("= x > 5", "= x = -1"),
        ("= x = 1", "= x = 2"),
        ('= a = "x"', '= a != "x"'),
        ('= a = "x"', '= a = "y"'),
        ("= flag", "= not(flag)"),
        ("= flag = true", "= flag = false"),
        ("= not(flag)", "= flag = true"),
        ("= not(x > 5)", "= x > 5"),
        ("= not(x > 5 or y)", "= x > 5"),
        ("= a and x > 5", "= x <= 5"),
        ("= x > 7 or x < 2", "= x = 5"),
        ("= x = null", "= x != null"),
        ("= total(cart) > 3", "= total( cart )<=3"),
        ("= customer.level = 1", "= customer.level > 1"),
    ],
)
def test_conditions_that_exclude_each_other(one: str, other: str):
    assert never_both(one, other)
    assert never_both(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("= x > 5", "= x > 7"),
        ("= x >= 5", "= x <= 5"),
        ("= x > 5", "= y <= 5"),
        ("= x > 5 or y", "= x <= 5"),
        ('= a != "x"', '= a != "y"'),
        ('= a < "x"', '= a = "b"'),
        ("= x = y", "= x = z"),
        ("= x > 5", "= x <="),
        ("", ""),
        ("= not(a and b)", "= a"),
    ],
)
def test_conditions_that_may_hold_together(one: str, other: str):
    assert not never_both(one, other)


def test_the_largest_sets_of_many_conditions():
    conditions = ["= x > 5", "= x <= 5", "= y", "= not(y)"]
    assert compatible(conditions) == [(0, 2), (1, 2), (0, 3)]
    assert compatible([f"= x = {number}" for number in range(100)]) == [tuple(range(100))]


def _split(gateway, one: str, other: str):
    return draw(
        start(), gateway, user("a"), user("b"), xor("merge"), user("after"), end(),
        flow("start", gateway.id), flow(gateway.id, "a", when=one), flow(gateway.id, "b", when=other),
        flow("a", "merge", "after", "end"), flow("b", "merge"),
    )  # fmt: skip


@pytest.mark.parametrize("gateway", [inclusive("choose"), user("choose")])
def test_a_choice_of_which_only_one_way_holds_is_merged_without_alarm(gateway):
    """The merge behind two flows that both may be taken runs what follows twice; behind these two it cannot."""
    assert examine(_split(gateway, "= x > 5", "= x <= 5")).flaws == ()
    assert [flaw.kind.value for flaw in examine(_split(gateway, "= x > 5", "= y")).flaws] == ["missing-synchronisation"]


def test_among_many_flows_those_that_go_together_still_do():
    """Four flows are not tried in all combinations, but two that can hold at once are taken at once."""
    parts = [user(f"u{number}") for number in range(4)]
    conditions = ["= x = 1", "= x = 2", "= x = 3", "= y"]
    process = draw(
        start(), inclusive("choose"), *parts, xor("merge"), user("after"), end(), flow("start", "choose"),
        *(flow("choose", f"u{number}", when=when) for number, when in enumerate(conditions)),
        *(flow(f"u{number}", "merge") for number in range(4)), flow("merge", "after", "end"),
    )  # fmt: skip
    assert [flaw.elements for flaw in examine(process).flaws] == [("after",)]
