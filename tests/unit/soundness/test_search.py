"""Where tokens get stuck, meet or never come: found, and only where it is so."""

from __future__ import annotations

from random import Random

import pytest

from bpmn.model import Event, EventKind, Kind, Loop, Process
from tests.property.models import Drawing
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
    start,
    sub,
    throw,
    undo,
    user,
    xor,
)
from workflows.soundness import FlawKind, examine, soundness_findings
from workflows.soundness.search import Search

TERMINATE = Event(EventKind.TERMINATE)


def flaws(*parts) -> list[tuple[str, tuple[str, ...], bool]]:
    return [(flaw.kind.value, flaw.elements, flaw.avoidable) for flaw in examine(draw(*parts)).flaws]


def test_a_choice_into_a_parallel_join_is_a_deadlock_that_nothing_avoids():
    """Either branch alone never satisfies the join: an error, with the way there, and what follows never runs."""
    process = draw(
        start(), xor("choose", default="choose>a"), user("a"), user("b"), fork("join"), user("after"), end(),
        flow("start", "choose", "a", "join", "after", "end"), flow("choose", "b", "join", when="=x"),
    )  # fmt: skip
    found = examine(process).flaws
    assert [(flaw.kind, flaw.elements, flaw.avoidable) for flaw in found] == [
        (FlawKind.DEADLOCK, ("join",), False),
        (FlawKind.NEVER_RUNS, ("after",), False),
    ]
    assert [step.element for step in found[0].path] == ["start", "choose", "a", "a"]
    assert [step.element for step in found[0].path if step.chosen] == ["choose"]


def test_a_deadlock_that_a_choice_avoids_is_a_warning_that_names_the_choice():
    """Only the way past the fork's second branch gets stuck."""
    process = draw(
        start(), fork("split"), user("a"), xor("ok?", default="ok?>join"), fork("join"), end(), end("stop"), user("b"),
        flow("start", "split", "a", "ok?", "join", "end"), flow("split", "b", "join"), flow("ok?", "stop", when="=x"),
    )  # fmt: skip
    (finding,) = soundness_findings(process, "p.bpmn")
    assert (finding.severity, finding.code, finding.element) == ("warning", "tokens-left-behind-possible", "join")
    assert finding.values["choices"] == ["“ok?” → “stop”"]
    assert finding.values["path"][0] == {"element": "start", "take": ["start>split"]}


def test_a_fork_into_an_exclusive_merge_runs_what_follows_twice():
    """Also where the branches are of different length."""
    found = flaws(
        start(), fork("split"), user("a"), user("b"), user("c"), xor("merge"), user("after"), end(),
        flow("start", "split", "a", "merge", "after", "end"), flow("split", "b", "c", "merge"),
    )  # fmt: skip
    assert found == [("missing-synchronisation", ("after",), False)]


def test_branches_that_end_on_their_own_are_sound():
    """A fork without a join is no mistake."""
    assert not flaws(start(), fork("s"), user("a"), user("b"), end(), end("e2"), flow("start", "s", "a", "end"), flow("s", "b", "e2"))  # fmt: skip  # noqa: E501


def test_a_terminating_end_leaves_no_token_behind():
    """The join that waits is ended with the rest."""
    assert not flaws(
        start(), fork("s"), user("a"), user("b"), xor("x", default="x>j"), fork("j"), end(), end("t", TERMINATE),
        flow("start", "s", "a", "x", "j", "end"), flow("s", "b", "j"), flow("x", "t", when="=no"),
    )  # fmt: skip


def test_what_runs_beside_a_terminating_end_at_once_never_gets_anywhere():
    """The end comes before anybody can complete the other branch."""
    found = flaws(
        start(), fork("s"), user("a"), user("b"), end(), end("t", TERMINATE),
        flow("start", "s", "a", "b", "end"), flow("s", "t"),
    )  # fmt: skip
    assert found == [("never-runs", ("b",), False)]


def test_an_inclusive_split_joined_inclusively_is_sound_and_in_parallel_is_not():
    """Some of the branches come: the inclusive join waits for those alone."""

    def between(join: Kind) -> list:
        return [
            start(), inclusive("split"), user("a"), user("b"), node("join", join), end(),
            flow("start", "split", "a", "join", "end"), flow("split", "b", "join", when="=y"),
        ]  # fmt: skip

    assert not flaws(*between(Kind.INCLUSIVE_GATEWAY))
    assert ("deadlock", ("join",), True) in flaws(*between(Kind.PARALLEL_GATEWAY))


def test_an_interrupting_boundary_event_inside_a_parallel_block_can_starve_the_join():
    """The time-out leads away from the join that waits for its branch."""
    found = flaws(
        start(), fork("s"), user("a"), user("b"), boundary("late", duration("P1D"), "b"), fork("j"), end(), end("e2"),
        flow("start", "s", "a", "j", "end"), flow("s", "b", "j"), flow("late", "e2"),
    )  # fmt: skip
    assert found == [("tokens-left-behind", ("j",), True)]


def test_a_reminder_beside_an_activity_may_repeat_in_a_loop():
    """What a non-interrupting timer starts may still be open when the activity comes round again."""
    assert not flaws(
        start(), xor("again"), user("a"), boundary("remind", duration("P1D"), "a", interrupting=False), user("call"),
        xor("done?", default="done?>end"), end(), end("e2"),
        flow("start", "again", "a", "done?", "end"), flow("done?", "again", when="=no"), flow("remind", "call", "e2"),
    )  # fmt: skip


def test_a_deadlock_inside_a_sub_process_shows_through_a_time_out_around_it():
    """That an event from outside would end the sub-process does not make its join sound."""
    inside = [
        start("is"), xor("x", default="x>a"), user("a"), user("b"), fork("j"), end("ie"),
        flow("is", "x", "a", "j", "ie"), flow("x", "b", "j", when="=1"),
    ]  # fmt: skip
    found = flaws(
        start(), sub("part", *inside), boundary("late", duration("P1D"), "part"), end(), end("e2"),
        flow("start", "part", "end"), flow("late", "e2"),
    )  # fmt: skip
    assert found == [("deadlock", ("j",), False)]


@pytest.mark.parametrize("raising", [error("E1"), escalation("E1")])
def test_what_an_end_event_raises_leads_out_through_the_event_that_catches_its_code(raising: Event):
    """The catch of another code is never triggered, and what follows is not reported besides."""
    other = Event(raising.kind, code="E2")
    found = flaws(
        start(), sub("part", start("is"), end("ie", raising), flow("is", "ie")), boundary("b1", raising, "part"),
        boundary("b2", other, "part"), user("u1"), user("u2"), end(), end("e1"), end("e2"),
        flow("start", "part", "end"), flow("b1", "u1", "e1"), flow("b2", "u2", "e2"),
    )  # fmt: skip
    assert ("never-triggered", ("b2",), True) in found
    assert not any("u1" in elements or "u2" in elements for _, elements, _ in found)


def test_jobs_and_called_processes_may_raise_any_error():
    """So an error event around them is never called useless."""
    for inner in (service("job"), call("job", "other")):
        assert not flaws(
            start(), sub("part", start("is"), inner, end("ie"), flow("is", "job", "ie")),
            boundary("b", error("E"), "part"), end(), end("e2"), flow("start", "part", "end"), flow("b", "e2"),
        )  # fmt: skip


def test_event_sub_processes_links_events_and_compensation_are_ways_too():
    """Nothing of this is reported as never running."""
    assert not flaws(
        start(), event_sub("gone", start("ws", message("gone")), user("note"), end("we"), flow("ws", "note", "we")),
        node("choice", Kind.EVENT_BASED_GATEWAY), catch("m", message("m")), catch("t", duration("P1D")), user("a"),
        throw("go", Event(EventKind.LINK, name="l")), catch("come", Event(EventKind.LINK, name="l")), end(),
        undo("undo", "a", "back"), service("back", for_compensation=True), throw("c", compensate()),
        flow("start", "choice", "m", "a", "go"), flow("choice", "t", "c", "end"), flow("come", "c"),
    )  # fmt: skip


def test_a_parallel_multi_instance_counts_as_two():
    """Its scopes run side by side and each keeps its own tokens."""
    many = Loop(input_collection="=items", input_element="item")
    inside = [start("is"), fork("f"), user("a"), user("b"), fork("j"), end("ie"), flow("is", "f", "a", "j", "ie"), flow("f", "b", "j")]  # fmt: skip  # noqa: E501
    process = draw(start(), sub("each", *inside, loop=many), end(), flow("start", "each", "end"))
    verdict = examine(process)
    assert not verdict.flaws
    assert verdict.states > examine(draw(start(), sub("one", *inside), end(), flow("start", "one", "end"))).states


def test_a_search_that_is_too_large_says_so_and_nothing_that_it_does_not_know():
    """Twelve branches of three tasks have more orders than the limit: what never ran by then is not called dead."""
    branches = [
        [user(f"{name}{index}") for index in range(3)] + flow("s", *(f"{name}{index}" for index in range(3)), "j")
        for name in "abcdefghijkl"
    ]
    process = draw(start(), fork("s"), branches, fork("j"), user("after"), end(), flow("start", "s"), flow("j", "after", "end"))  # fmt: skip  # noqa: E501
    assert examine(process).decided
    (finding,) = soundness_findings(process, "p.bpmn", max_states=20)
    assert (finding.severity, finding.code, finding.values["states"]) == ("notice", "soundness-undecided", 20)


class Tidy(Drawing):
    """Only blocks that give back as many tokens as they took."""

    def way_out(self, depth: int) -> tuple[str, str]:
        return self.choice(depth)

    def forking_task(self, depth: int) -> tuple[str, str]:
        return self.parallel(depth)

    def deciding_task(self, depth: int) -> tuple[str, str]:
        return self.choice(depth)

    def perhaps_away(self, chain: tuple[str, str]) -> tuple[str, str]:
        return chain

    def automatic(self) -> tuple[str, str]:
        return self.task()


@pytest.mark.parametrize("seed", range(60))
def test_random_processes_of_nested_blocks_are_sound(seed: int):
    """Blocks with one way in and one way out cannot have a flaw, whatever they nest."""
    verdict = examine(Tidy(Random(seed)).process())
    assert [flaw for flaw in verdict.flaws if flaw.kind is not FlawKind.NEVER_TRIGGERED] == []


def _random_net(random: Random) -> Process:
    """Any graph of tasks and gateways: most have flaws."""
    names = [f"n{index}" for index in range(random.randint(3, 7))]
    edges = {("start", "n0")}
    for index, name in enumerate(names):
        for _ in range(random.choice([1, 1, 2])):
            onward = random.random() < 0.85
            edges.add((name, random.choice([*(names[index + 1 :] if onward else names[1:]), "end"])))
    edges = {(source, target) for source, target in edges if source != target}
    parts = [start(), end()]
    for name in names:
        ways = sum(name in edge for edge in edges)
        kind = random.choice([user, user, xor, fork, inclusive] if ways > 2 else [user])
        parts.append(kind(name))
    if random.random() < 0.3:
        parts.append(end("stop", TERMINATE))
        edges.add((random.choice(names), "stop"))
    if random.random() < 0.3:
        parts.append(boundary("b", duration("PT1H"), random.choice(names), interrupting=random.random() < 0.5))
        edges.add(("b", random.choice([*names[1:], "end"])))
    return draw(*parts, *(flow(*edge) for edge in sorted(edges)))


def test_one_order_of_events_finds_the_same_as_all_of_them():
    """On random graphs: whether something gets stuck, and what never runs where the search went to its end."""
    outcomes = set()
    for seed in range(400):
        process = _random_net(Random(seed))
        searches = [Search(process, 20_000, thorough=way) for way in (False, True)]
        quick, thorough = (search.run() for search in searches)
        stuck, dead = (
            [[flaw.elements for flaw in verdict.flaws if flaw.kind in kinds] for verdict in (quick, thorough)]
            for kinds in ((FlawKind.DEADLOCK, FlawKind.LEFT_BEHIND), (FlawKind.NEVER_RUNS, FlawKind.NEVER_TRIGGERED))
        )
        assert bool(stuck[0]) == bool(stuck[1]), seed
        if not any(search.cut for search in searches):
            assert dead[0] == dead[1], seed
        outcomes.add((bool(stuck[0]), bool(dead[0])))
    assert len(outcomes) == 4
