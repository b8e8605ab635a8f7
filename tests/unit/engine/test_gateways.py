"""Exclusive, parallel, inclusive gateways; conditional flows, implicit forks and merges."""

import pytest

from tests.unit.engine.drawing import (
    boundary,
    draw,
    duration,
    end,
    flow,
    fork,
    inclusive,
    script,
    start,
    sub,
    task,
    user,
    xor,
)
from tests.unit.engine.driver import Story
from workflows.engine.api import IncidentKind, LogKind


def routed(**conditions):
    return draw(
        start(),
        xor("g", "g>c"),
        user("a"),
        user("b"),
        user("c"),
        end(),
        flow("start", "g"),
        flow("g", "a", when=conditions.get("a")),
        flow("g", "b", when=conditions.get("b")),
        flow("g", "c"),
        flow("a", "end"),
        flow("b", "end"),
        flow("c", "end"),
    )


@pytest.mark.parametrize(("x", "taken"), [(1, "a"), (5, "b"), (9, "c")])
def test_the_first_condition_that_holds_decides(x, taken):
    assert Story(routed(a="= x < 5", b="= x < 9"), {"x": x}).waiting == [taken]


def test_conditions_without_equals_sign_are_feel_too():
    assert Story(routed(a="x < 5", b="false"), {"x": 1}).waiting == ["a"]


def test_a_null_condition_counts_as_no_and_the_log_says_why():
    story = Story(routed(a='= x < "a"', b="= missing > 1"), {"x": 1})
    assert story.waiting == ["c"]
    conditions = [entry for entry in story.log if entry.kind is LogKind.CONDITION]
    assert [entry.element for entry in conditions] == ["g>a", "g>b"]
    assert all(entry.data["value"] is None and entry.data["reasons"] for entry in conditions)


def test_a_condition_that_is_neither_true_nor_false_is_an_incident():
    story = Story(routed(a="= x + 1", b="= true"), {"x": 1})
    assert next(iter(story.incidents.values())).kind is IncidentKind.EXPRESSION
    story.retry("g", x=None)
    assert story.waiting == ["b"]


def test_no_way_out_is_an_incident_and_not_the_end():
    process = draw(
        start(),
        xor("g"),
        user("a"),
        user("b"),
        flow("start", "g"),
        flow("g", "a", when="= x = 1"),
        flow("g", "b", when="= x = 2"),
    )
    story = Story(process, {"x": 3})
    assert story.troubled == ["g"]
    assert not story.ended
    story.retry("g", x=2)
    assert story.waiting == ["b"]


def test_an_exclusive_gateway_passes_every_token():
    process = draw(
        start(),
        fork("f"),
        task("a"),
        task("b"),
        xor("m"),
        user("u"),
        end(),
        flow("start", "f", "a", "m", "u", "end"),
        flow("f", "b", "m"),
    )
    assert Story(process).waiting == ["u", "u"]


def test_a_parallel_join_waits_for_all():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        user("c"),
        fork("j"),
        user("z"),
        end(),
        flow("start", "f", "a", "j", "z", "end"),
        flow("f", "b", "j"),
        flow("f", "c", "j"),
    )
    story = Story(process)
    story.complete("a")
    story.complete("c")
    assert story.waiting == ["b"]
    story.complete("b")
    assert story.waiting == ["z"]


def test_excess_tokens_stay_at_the_join():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        fork("j"),
        user("z"),
        end(),
        flow("start", "f"),
        flow("f", "a", id="f1"),
        flow("f", "a", id="f2"),
        flow("f", "b", id="f3"),
        flow("f", "b", id="f4"),
        flow("a", "j", "z", "end"),
        flow("b", "j"),
    )
    story = Story(process)
    story.complete("a")
    story.complete("a")
    assert story.waiting == ["b", "b"]
    story.complete("b")
    assert story.waiting == ["b", "z"]
    story.complete("b")
    assert story.waiting == ["z", "z"]


def test_join_and_fork_in_one_gateway():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        fork("j"),
        user("y"),
        user("z"),
        end(),
        flow("start", "f", "a", "j", "y", "end"),
        flow("f", "b", "j", "z", "end", id=None),
    )
    story = Story(process)
    story.complete("a")
    story.complete("b")
    assert story.waiting == ["y", "z"]


def test_implicit_fork_and_merge():
    process = draw(
        start(),
        user("a"),
        user("b"),
        user("c"),
        user("m"),
        end(),
        flow("start", "a"),
        flow("a", "b", "m", "end"),
        flow("a", "c", "m"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["b", "c"]
    story.complete("b")
    story.complete("c")
    assert story.waiting == ["m", "m"], "a merge without gateway passes every token"


@pytest.mark.parametrize(("x", "waiting"), [(9, ["b", "c"]), (5, ["b"]), (1, ["d"])])
def test_conditional_and_default_flows_of_an_activity(x, waiting):
    process = draw(
        start(),
        user("a", default="a>d"),
        user("b"),
        user("c"),
        user("d"),
        flow("start", "a"),
        flow("a", "b", when="= x > 3"),
        flow("a", "c", when="= x > 7"),
        flow("a", "d"),
    )
    story = Story(process, {"x": x})
    story.complete("a")
    assert story.waiting == waiting


def test_an_unconditional_flow_of_an_activity_is_always_taken():
    process = draw(start(), user("a"), user("b"), user("c"), flow("start", "a", "b"), flow("a", "c", when="= false"))
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["b"]


def test_results_survive_an_incident_at_the_flows():
    process = draw(start(), user("a"), user("b"), flow("start", "a"), flow("a", "b", when="= ok"))
    story = Story(process)
    story.complete("a", comment="kept")
    assert story.troubled == ["a"]
    assert story.variables == {"comment": "kept"}
    story.retry("a", ok=True)
    assert story.waiting == ["b"]


def chosen(default=None):
    return draw(
        start(),
        inclusive("f", default),
        user("a"),
        user("b"),
        user("c"),
        inclusive("j"),
        user("z"),
        end(),
        flow("start", "f"),
        flow("f", "a", when="= x > 1"),
        flow("f", "b", when="= x > 2"),
        flow("f", "c", when=None if default else "= x > 3"),
        flow("a", "j"),
        flow("b", "j"),
        flow("c", "j"),
        flow("j", "z", "end"),
    )


@pytest.mark.parametrize(("x", "waiting"), [(9, ["a", "b", "c"]), (3, ["a", "b"]), (2, ["a"])])
def test_an_inclusive_gateway_takes_every_true_flow_and_joins_those(x, waiting):
    story = Story(chosen(), {"x": x})
    assert story.waiting == waiting
    for element in waiting:
        assert "z" not in story.waiting
        story.complete(element)
    assert story.waiting == ["z"]
    story.complete("z")
    assert story.ended


def test_an_inclusive_default_is_taken_when_nothing_holds():
    assert Story(chosen("f>c"), {"x": 0}).waiting == ["c"]


def test_an_inclusive_gateway_without_a_way_is_an_incident():
    assert Story(chosen(), {"x": 0}).troubled == ["f"]


def test_an_inclusive_join_waits_for_longer_branches():
    process = draw(
        start(),
        inclusive("f"),
        user("a"),
        user("b1"),
        user("b2"),
        inclusive("j"),
        user("z"),
        end(),
        flow("start", "f"),
        flow("f", "a", when="= true"),
        flow("f", "b1", when="= true"),
        flow("a", "j"),
        flow("b1", "b2", "j"),
        flow("j", "z", "end"),
    )
    story = Story(process)
    story.complete("a")
    story.complete("b1")
    assert story.waiting == ["b2"]
    story.complete("b2")
    assert story.waiting == ["z"]


def test_an_inclusive_join_goes_on_when_a_branch_leaves_another_way():
    process = draw(
        start(),
        inclusive("f"),
        user("a"),
        user("b"),
        xor("g", "g>out"),
        end("out"),
        inclusive("j"),
        user("z"),
        end(),
        flow("start", "f"),
        flow("f", "a", when="= true"),
        flow("f", "b", when="= true"),
        flow("a", "j"),
        flow("b", "g"),
        flow("g", "j", when="= false"),
        flow("g", "out"),
        flow("j", "z", "end"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["b"]
    story.complete("b")
    assert story.waiting == ["z"]


def test_an_inclusive_join_in_a_loop_fires_each_round():
    process = draw(
        start(),
        xor("m"),
        inclusive("f"),
        task("a"),
        task("b"),
        inclusive("j"),
        script("inc", "= n + 1", "n"),
        xor("g", "g>end"),
        end(),
        flow("start", "m", "f"),
        flow("f", "a", when="= true"),
        flow("f", "b", when="= odd(n)"),
        flow("a", "j"),
        flow("b", "j"),
        flow("j", "inc", "g"),
        flow("g", "m", when="= n < 4"),
        flow("g", "end"),
    )
    story = Story(process, {"n": 0})
    assert story.ended
    assert (story.counts["a"], story.counts["b"], story.counts["inc"]) == (4, 2, 4)


def test_an_inclusive_join_waits_for_a_boundary_path():
    process = draw(
        start(),
        inclusive("f"),
        user("a"),
        user("b"),
        boundary("late", duration("PT1H"), "b"),
        user("l"),
        inclusive("j"),
        user("z"),
        end(),
        flow("start", "f"),
        flow("f", "a", when="= true"),
        flow("f", "b", when="= true"),
        flow("a", "j"),
        flow("b", "j"),
        flow("late", "l", "j"),
        flow("j", "z", "end"),
    )
    story = Story(process)
    story.complete("a")
    story.wait(hours=1)
    assert story.waiting == ["l"]
    story.complete("l")
    assert story.waiting == ["z"]


def test_a_join_inside_a_sub_process_is_its_own():
    inner = sub(
        "sp",
        start("is"),
        fork("f"),
        user("a"),
        user("b"),
        fork("j"),
        end("ie"),
        flow("is", "f", "a", "j", "ie"),
        flow("f", "b", "j"),
    )
    process = draw(
        start(), fork("outer"), inner, user("x"), end(), flow("start", "outer", "sp", "end"), flow("outer", "x", "end")
    )
    story = Story(process)
    story.complete("a")
    story.complete("b")
    assert story.waiting == ["x"]
    story.complete("x")
    assert story.ended


def test_every_flow_taken_is_in_the_log():
    story = Story(routed(a="= x < 5"), {"x": 1})
    story.complete("a")
    assert story.flows == ["start>g", "g>a", "a>end"]
