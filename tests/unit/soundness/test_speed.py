"""Models of a hundred elements are answered within two seconds, decided or not."""

from __future__ import annotations

from time import process_time

import pytest

from bpmn.model import Loop, Process
from tests.unit.engine.drawing import boundary, draw, duration, end, flow, fork, inclusive, start, sub, user, xor
from workflows.soundness import examine, soundness_findings

MANY = Loop(input_collection="=items", input_element="item")


def around(branches: list, split=fork, join=fork) -> Process:
    """Branches between a split ``s`` and a join ``j``."""
    return draw(
        start(), split("s"), branches, join("j"), user("after"), end(), flow("start", "s"), flow("j", "after", "end")
    )


def tasks(count: int) -> list:
    return [[user(f"t{n}"), *flow("s", f"t{n}", "j")] for n in range(count)]


def choices(count: int) -> list:
    return [
        [
            xor(f"x{n}"),
            user(f"a{n}"),
            user(f"b{n}"),
            xor(f"m{n}"),
            *flow("s", f"x{n}", f"a{n}", f"m{n}", "j"),
            *flow(f"x{n}", f"b{n}", f"m{n}", when="=c"),
        ]
        for n in range(count)
    ]


def reminders(count: int) -> list:
    return [
        [
            user(f"a{n}"),
            boundary(f"l{n}", duration("P1D"), f"a{n}", interrupting=False),
            user(f"r{n}"),
            end(f"e{n}"),
            *flow("s", f"a{n}", "j"),
            *flow(f"l{n}", f"r{n}", f"e{n}"),
        ]
        for n in range(count)
    ]


def losses(count: int) -> list:
    return [
        [
            xor(f"x{n}"),
            user(f"a{n}"),
            end(f"e{n}"),
            *flow("s", f"x{n}", f"a{n}", "j"),
            *flow(f"x{n}", f"e{n}", when="=c"),
        ]
        for n in range(count)
    ]


def rounds(count: int) -> list:
    return [
        [
            xor(f"m{n}"),
            user(f"a{n}"),
            user(f"b{n}"),
            xor(f"x{n}"),
            *flow("s", f"m{n}", f"a{n}", f"b{n}", f"x{n}", "j"),
            *flow(f"x{n}", f"m{n}", when="=c"),
        ]
        for n in range(count)
    ]


def nested(depth: int, loop: Loop | None) -> list:
    if not depth:
        return [start("s0"), user("u0"), end("e0"), *flow("s0", "u0", "e0")]
    inner = nested(depth - 1, loop)
    return [
        start(f"s{depth}"),
        sub(f"p{depth}", *inner, loop=loop),
        end(f"e{depth}"),
        *flow(f"s{depth}", f"p{depth}", f"e{depth}"),
    ]


LARGE = {
    "wide": around(tasks(96)),
    "inclusive": around(tasks(50), inclusive, inclusive),
    "choices in branches": around(choices(24)),
    "reminders in branches": around(reminders(24)),
    "loops in branches": around(rounds(24)),
    "deep": draw(*nested(25, None)),
    "multi-instance in multi-instance": draw(*nested(12, MANY)),
    "branches that may be lost": around(losses(32)),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_hundred_elements_take_less_than_two_seconds(name: str):
    """Wide, deep, with loops or choices in every branch: sound ones are found to be so, the last is not decided."""
    begun = process_time()
    verdict = examine(LARGE[name])
    assert process_time() - begun < 2
    if name != "branches that may be lost":
        assert verdict.decided
        assert not verdict.flaws


def test_what_is_not_decided_says_how_much_was_looked_at():
    """Every subset of the branches may be lost: too many states to see them all."""
    findings = soundness_findings(LARGE["branches that may be lost"], "p.bpmn")
    (undecided,) = [found for found in findings if found.code == "soundness-undecided"]
    assert undecided.values["states"] > 100
