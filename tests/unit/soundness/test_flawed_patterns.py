"""The patterns that every book on process models warns of are found, with the way there."""

from __future__ import annotations

import pytest

from bpmn.model import Kind
from tests.unit.engine.drawing import (
    boundary,
    catch,
    draw,
    duration,
    end,
    error,
    event_sub,
    flow,
    fork,
    inclusive,
    message,
    node,
    start,
    sub,
    user,
    xor,
)
from tests.unit.soundness.patterns import INSIDE, MANY
from workflows.soundness import examine

FLAWED = {
    "an exclusive split into a parallel join": (
        [
            start(),
            xor("x"),
            user("a"),
            user("b"),
            fork("j"),
            end(),
            flow("start", "x", "a", "j", "end"),
            flow("x", "b", "j", when="=c"),
        ],
        ("deadlock", "j", False),
    ),
    "an event gateway into a parallel join": (
        [
            start(),
            node("g", Kind.EVENT_BASED_GATEWAY),
            catch("m", message("m")),
            catch("t", duration("P1D")),
            fork("j"),
            end(),
            flow("start", "g", "m", "j", "end"),
            flow("g", "t", "j"),
        ],
        ("deadlock", "j", False),
    ),
    "a parallel split into an exclusive merge": (
        [
            start(),
            fork("f"),
            user("a"),
            user("b"),
            xor("m"),
            user("c"),
            end(),
            flow("start", "f", "a", "m", "c", "end"),
            flow("f", "b", "m"),
        ],
        ("missing-synchronisation", "c", False),
    ),
    "an implicit fork that merges without a join": (
        [
            start(),
            user("a"),
            user("b"),
            user("c"),
            user("d"),
            end(),
            flow("start", "a", "b", "d", "end"),
            flow("a", "c", "d"),
        ],
        ("missing-synchronisation", "d", False),
    ),
    "an inclusive split into an exclusive merge": (
        [
            start(),
            inclusive("s"),
            user("a"),
            user("b"),
            xor("m"),
            user("c"),
            end(),
            flow("start", "s", "a", "m", "c", "end"),
            flow("s", "b", "m", when="=c"),
        ],
        ("missing-synchronisation", "c", True),
    ),
    "an inclusive split into a parallel join": (
        [
            start(),
            inclusive("s"),
            user("a"),
            user("b"),
            fork("j"),
            end(),
            flow("start", "s", "a", "j", "end"),
            flow("s", "b", "j", when="=c"),
        ],
        ("deadlock", "j", True),
    ),
    "a join inside a loop that is entered once": (
        [
            start(),
            fork("f"),
            user("a"),
            user("b"),
            fork("j"),
            xor("x"),
            end(),
            flow("start", "f", "a", "j", "x", "end"),
            flow("f", "b", "j"),
            flow("x", "a", when="=again"),
        ],
        ("deadlock", "j", True),
    ),
    "a join that needs a way of a later step": (
        [
            start(),
            fork("j"),
            user("a"),
            xor("x"),
            end(),
            flow("start", "j", "a", "x", "end"),
            flow("x", "j", when="=c"),
        ],
        ("deadlock", "j", False),
    ),
    "a branch that may end on its own": (
        [
            start(),
            fork("f"),
            user("a"),
            xor("x"),
            user("b"),
            fork("j"),
            end(),
            end("e2"),
            flow("start", "f", "a", "x", "j", "end"),
            flow("f", "b", "j"),
            flow("x", "e2", when="=c"),
        ],
        ("tokens-left-behind", "j", True),
    ),
    "the same inside a multi-instance sub-process": (
        [
            start(),
            sub(
                "p",
                start("is"),
                xor("x"),
                user("a"),
                user("b"),
                fork("j"),
                end("ie"),
                *flow("is", "x", "a", "j", "ie"),
                *flow("x", "b", "j", when="=c"),
                loop=MANY,
            ),
            end(),
            flow("start", "p", "end"),
        ],
        ("deadlock", "j", False),
    ),
    "the same inside an event sub-process": (
        [
            start(),
            user("u"),
            end(),
            flow("start", "u", "end"),
            event_sub(
                "ev",
                start("es", message("m"), interrupting=False),
                xor("x"),
                user("a"),
                user("b"),
                fork("j"),
                end("ie"),
                *flow("es", "x", "a", "j", "ie"),
                *flow("x", "b", "j", when="=c"),
            ),
        ],
        ("deadlock", "j", True),
    ),
    "an error whose code nothing raises": (
        [
            start(),
            sub("p", *INSIDE),
            boundary("b", error("E"), "p"),
            end(),
            end("e2"),
            flow("start", "p", "end"),
            flow("b", "e2"),
        ],
        ("never-triggered", "b", True),
    ),
    "a step after a parallel join that never passes": (
        [
            start(),
            xor("x"),
            user("a"),
            user("b"),
            fork("j"),
            user("dead"),
            end(),
            flow("start", "x", "a", "j", "dead", "end"),
            flow("x", "b", "j", when="=c"),
        ],
        ("never-runs", "dead", False),
    ),
}


@pytest.mark.parametrize("name", FLAWED)
def test_a_flaw_is_found_with_the_way_there(name: str):
    """The way begins at a start event and every step follows from the one before it or from an event."""
    parts, (kind, element, avoidable) = FLAWED[name]
    process = draw(*parts)
    found = {(flaw.kind.value, flaw.elements[0], flaw.avoidable): flaw for flaw in examine(process).flaws}
    assert (kind, element, avoidable) in found
    flaw = found[kind, element, avoidable]
    if not kind.startswith("never"):
        assert process.nodes[flaw.path[0].element].kind is Kind.START_EVENT
        assert all(flow_id in process.flows for step in flaw.path for flow_id in step.take)
