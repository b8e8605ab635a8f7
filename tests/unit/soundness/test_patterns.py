"""The patterns that every book on process models warns of, and their sound twins: each judged as it deserves."""

from __future__ import annotations

import pytest

from bpmn.model import Event, EventKind, Kind, Loop
from tests.unit.engine.drawing import (
    boundary,
    call,
    catch,
    compensate,
    draw,
    duration,
    end,
    error,
    escalation,
    event_sub,
    flow,
    fork,
    inclusive,
    message,
    node,
    service,
    signal,
    start,
    sub,
    throw,
    undo,
    user,
    xor,
)
from workflows.soundness import examine

MANY = Loop(input_collection="=items", input_element="item")
IN_TURN = Loop(sequential=True, input_collection="=items", input_element="item")
TERMINATE = Event(EventKind.TERMINATE)
INSIDE = [start("is"), user("iu"), end("ie"), *flow("is", "iu", "ie")]

SOUND = {
    "a loop with a way out": [
        start(),
        xor("m"),
        user("a"),
        xor("x"),
        end(),
        flow("start", "m", "a", "x", "end"),
        flow("x", "m", when="=c"),
    ],
    "two loops inside each other": [
        start(),
        xor("m"),
        xor("n"),
        user("a"),
        xor("x"),
        xor("y"),
        end(),
        flow("start", "m", "n", "a", "x", "y", "end"),
        flow("x", "n", when="=c"),
        flow("y", "m", when="=c"),
    ],
    "a fork inside a loop": [
        start(),
        xor("m"),
        fork("f"),
        user("a"),
        user("b"),
        fork("j"),
        xor("x"),
        end(),
        flow("start", "m", "f", "a", "j", "x", "end"),
        flow("f", "b", "j"),
        flow("x", "m", when="=c"),
    ],
    "an event gateway with a merge": [
        start(),
        node("g", Kind.EVENT_BASED_GATEWAY),
        catch("m", message("m")),
        catch("t", duration("P1D")),
        xor("j"),
        end(),
        flow("start", "g", "m", "j", "end"),
        flow("g", "t", "j"),
    ],
    "an error boundary that ends": [
        start(),
        service("job"),
        boundary("b", error("E"), "job"),
        end(),
        end("e2"),
        flow("start", "job", "end"),
        flow("b", "e2"),
    ],
    "a time-out in one branch that comes back before the join": [
        start(),
        fork("f"),
        user("a"),
        boundary("t", duration("P1D"), "a"),
        user("late"),
        xor("m"),
        user("b"),
        fork("j"),
        end(),
        flow("start", "f", "a", "m", "j", "end"),
        flow("t", "late", "m"),
        flow("f", "b", "j"),
    ],
    "multi-instance sub-processes, at once and in turn": [
        start(),
        sub("p", *INSIDE, loop=MANY),
        sub("q", start("qs"), user("qu"), end("qe"), *flow("qs", "qu", "qe"), loop=IN_TURN),
        end(),
        flow("start", "p", "q", "end"),
    ],
    "a compensation handler that is a sub-process": [
        start(),
        user("a"),
        undo("u", "a", "back"),
        sub("back", *INSIDE, for_compensation=True),
        throw("c", compensate()),
        end(),
        flow("start", "a", "c", "end"),
    ],
    "a called process whose error is caught": [
        start(),
        call("c", "other"),
        boundary("b", error("E"), "c"),
        end(),
        end("e2"),
        flow("start", "c", "end"),
        flow("b", "e2"),
    ],
    "several start events": [
        start(),
        start("s2", message("m")),
        xor("m"),
        user("a"),
        end(),
        flow("start", "m", "a", "end"),
        flow("s2", "m"),
    ],
    "a terminating end in one of two branches that is reached after waiting": [
        start(),
        fork("f"),
        user("a"),
        user("b"),
        end(),
        end("t", TERMINATE),
        flow("start", "f", "a", "end"),
        flow("f", "b", "t"),
    ],
    "an interrupting event sub-process beside a join": [
        start(),
        fork("f"),
        user("a"),
        user("b"),
        fork("j"),
        end(),
        event_sub("ev", start("es", message("stop")), user("eu"), end("ee"), *flow("es", "eu", "ee")),
        flow("start", "f", "a", "j", "end"),
        flow("f", "b", "j"),
    ],
    "a non-interrupting escalation to its own end": [
        start(),
        sub("p", start("is"), throw("th", escalation("X")), user("iu"), end("ie"), *flow("is", "th", "iu", "ie")),
        boundary("b", escalation("X"), "p", interrupting=False),
        user("told"),
        end(),
        end("e2"),
        flow("start", "p", "end"),
        flow("b", "told", "e2"),
    ],
    "signals thrown and caught in two branches": [
        start(),
        fork("f"),
        throw("th", signal("s")),
        catch("ca", signal("s")),
        fork("j"),
        end(),
        flow("start", "f", "th", "j", "end"),
        flow("f", "ca", "j"),
    ],
    "links that jump ahead": [
        start(),
        xor("x"),
        user("a"),
        throw("l1", Event(EventKind.LINK, name="l")),
        catch("l2", Event(EventKind.LINK, name="l")),
        xor("m"),
        end(),
        flow("start", "x", "a", "m", "end"),
        flow("x", "l1", when="=c"),
        flow("l2", "m"),
    ],
    "an inclusive choice joined inclusively": [
        start(),
        inclusive("s"),
        user("a"),
        user("b"),
        inclusive("j"),
        end(),
        flow("start", "s", "a", "j", "end"),
        flow("s", "b", "j", when="=c"),
    ],
    "conditional flows out of a task, each to its own end": [
        start(),
        user("a"),
        user("b"),
        user("c"),
        end(),
        end("e2"),
        flow("start", "a"),
        flow("a", "b", when="=x"),
        flow("a", "c", when="=y"),
        flow("b", "end"),
        flow("c", "e2"),
    ],
    "a receive task after a message": [
        start(),
        node("r", Kind.RECEIVE_TASK, event=message("m")),
        end(),
        flow("start", "r", "end"),
    ],
}

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


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_model_raises_no_alarm(name: str):
    verdict = examine(draw(*SOUND[name]))
    assert verdict.decided
    assert not verdict.flaws


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
