"""Moving tokens by hand: what starts, what ends, in which scope, and what BPMN's scopes make impossible."""

import pytest

from bpmn.model import Kind, Loop
from tests.unit.engine.drawing import (
    boundary,
    call,
    catch,
    compensate,
    draw,
    duration,
    each,
    either,
    end,
    error,
    event_sub,
    flow,
    fork,
    inclusive,
    link,
    message,
    node,
    script,
    service,
    start,
    sub,
    throw,
    undo,
    user,
    xor,
)
from tests.unit.engine.driver import Story, StubPorts
from workflows.engine import inspect
from workflows.engine.api import (
    Budget,
    Entry,
    Failed,
    IncidentKind,
    LogKind,
    ModificationRefused,
    Modify,
    Obstacle,
    Outcome,
    Resolve,
    StimulusRefused,
)


def modify(story, *start_at, end=(), **variables):
    entries = tuple(entry if isinstance(entry, Entry) else Entry(entry) for entry in start_at)
    return story.do(Modify(entries, tuple(end), variables, "repair"))


def refused(story, *start_at, end=()):
    before = story.state
    with pytest.raises(ModificationRefused) as refusal:
        modify(story, *start_at, end=end)
    assert story.state == before
    return refusal.value.obstacle


def line(*steps):
    return draw(start(), *(user(step) for step in steps), end(), flow("start", *steps, "end"))


# --- tokens in one scope --------------------------------------------------------------------------------------------


def test_a_token_moves_to_another_step_in_one_act():
    story = Story(line("a", "b", "c"))
    modify(story, "c", end=["a"], amount=7)
    assert story.waiting == ["c"]
    assert story.variables == {"amount": 7}
    assert "a" not in story.completed
    story.complete("c")
    assert story.finished.outcome is Outcome.COMPLETED


def test_starting_beside_what_is_open_makes_a_second_token():
    story = Story(line("a", "b"))
    modify(story, "b")
    assert story.waiting == ["a", "b"]
    story.complete("b")
    assert not story.ended
    story.complete("a")
    story.complete("b")
    assert story.ended


def test_steps_are_named_by_key_or_all_of_an_element():
    story = Story(line("a", "b"))
    modify(story, "b", "b")
    first = story.step("b").step
    modify(story, end=[first])
    assert story.waiting == ["a", "b"]
    modify(story, "b", end=["b"])
    assert story.waiting == ["a", "b"]


def test_the_new_tokens_own_variables_are_its_own_and_no_results():
    story = Story(draw(start(), user("a"), user("b"), end(), flow("start", "a", "b", "end")), {"x": 1})
    modify(story, Entry("b", variables={"x": 2}), end=["a"])
    view = inspect(story.definition, story.state)
    assert view.steps[0].local == {"x": 2}
    assert view.variables == {"x": 1}


def test_starting_after_an_element_takes_the_flows_its_completion_would_take_and_does_not_say_it_was_completed():
    process = draw(
        start(),
        user("a"),
        xor("w", default="w>low"),
        user("high"),
        user("low"),
        flow("start", "a", "w"),
        flow("w", "high", when="x > 5"),
        flow("w", "low"),
    )
    story = Story(process, {"x": 1})
    modify(story, Entry("w", after=True), end=["a"], x=9)
    assert story.waiting == ["high"]
    assert "w" not in story.completed
    modify(story, Entry("w", after=True, variables={"x": 2}), end=["high"])
    assert story.waiting == ["low"]


def test_after_a_boundary_event_is_as_though_it_had_happened():
    process = draw(
        start(),
        user("a"),
        boundary("late", duration("PT1H"), "a"),
        user("remind"),
        end(),
        flow("start", "a", "end"),
        flow("late", "remind"),
    )
    story = Story(process)
    modify(story, Entry("late", after=True))
    assert story.waiting == ["a", "remind"]
    assert len(story.timers) == 1


def test_what_a_step_listened_for_goes_with_it():
    process = draw(
        start(),
        user("a"),
        boundary("late", duration("PT1H"), "a"),
        boundary("note", message(), "a", interrupting=False),
        user("b"),
        end(),
        flow("start", "a", "b", "end"),
        flow("late", "b"),
        flow("note", "b"),
    )
    story = Story(process)
    modify(story, "b", end=["a"])
    assert (story.timers, story.subscriptions) == ({}, {})


@pytest.mark.parametrize("gateway", [fork("join"), inclusive("join")])
def test_a_joining_gateway_started_by_hand_waits_for_nobody(gateway):
    process = draw(
        start(),
        fork("split"),
        user("a"),
        user("b"),
        gateway,
        user("c"),
        flow("start", "split", "a", "join", "c"),
        flow("split", "b", "join"),
    )
    story = Story(process)
    modify(story, "join", end=["a", "b"])
    assert story.waiting == ["c"]


def test_a_token_waiting_at_a_join_can_be_ended():
    process = draw(
        start(),
        fork("split"),
        user("a"),
        user("b"),
        fork("join"),
        user("c"),
        flow("start", "split", "a", "join", "c"),
        flow("split", "b", "join"),
    )
    story = Story(process)
    story.complete("a")
    modify(story, "a", end=["join"])
    assert story.waiting == ["a", "b"]
    story.complete("a")
    story.complete("b")
    assert story.waiting == ["c"]


def test_the_inclusive_join_goes_on_when_the_only_missing_branch_is_ended():
    process = draw(
        start(),
        inclusive("split"),
        user("a"),
        user("b"),
        inclusive("join"),
        user("c"),
        flow("start", "split", "a", "join", "c"),
        flow("split", "b", "join"),
    )
    story = Story(process)
    story.complete("a")
    modify(story, end=["b"])
    assert story.waiting == ["c"]


def test_a_call_activity_that_ends_closes_its_call():
    process = draw(start(), call("sub", "other"), user("b"), end(), flow("start", "sub", "b", "end"))
    story = Story(process)
    result = modify(story, "b", end=["sub"])
    assert [closed.element for closed in result.closed] == ["sub"]
    assert story.waiting == ["b"]


def test_an_incident_goes_with_its_step():
    ports = StubPorts()
    ports.handlers["job"] = Failed("down")
    process = draw(start(), service("s", "job"), user("b"), end(), flow("start", "s", "b", "end"))
    story = Story(process, ports=ports)
    modify(story, "b", end=["s"])
    assert (story.troubled, story.waiting) == ([], ["b"])


def test_where_everything_is_ended_the_instance_ends():
    story = Story(line("a", "b"))
    modify(story, end=["a"])
    assert story.finished.outcome is Outcome.CANCELLED
    with pytest.raises(StimulusRefused):
        modify(story, "b")


def test_a_spent_budget_does_not_hold_what_is_left_when_its_step_is_ended():
    process = draw(
        start(),
        fork("split"),
        script("loop", "n + 1", "n"),
        xor("again", default="again>loop"),
        user("b"),
        end(),
        flow("start", "split", "loop", "again", "loop"),
        flow("split", "b"),
        flow("again", "end", when="false"),
    )
    story = Story(process, {"n": 0}, budget=Budget(steps=200))
    assert [incident.kind for incident in story.incidents.values()] == [IncidentKind.BUDGET]
    held = next(iter(story.incidents))
    modify(story, end=[held])
    assert story.waiting == ["b"]
    assert not story.incidents


# --- scopes ---------------------------------------------------------------------------------------------------------


def nested():
    return draw(
        start(),
        user("first"),
        sub(
            "outer",
            start("os"),
            user("o"),
            sub("inner", start("is"), user("i"), user("j"), end("ie"), flow("is", "i", "j", "ie"), ins={"y": "=x"}),
            end("oe"),
            flow("os", "o", "inner", "oe"),
        ),
        boundary("stop", message(), "outer"),
        end(),
        flow("start", "first", "outer", "end"),
        flow("stop", "end"),
    )


def test_scopes_around_the_element_are_opened_with_inputs_and_boundary_events():
    story = Story(nested(), {"x": 4})
    modify(story, "j", end=["first"])
    assert story.waiting == ["j"]
    assert [subscription.element for subscription in story.subscriptions.values()] == ["stop"]
    scopes = inspect(story.definition, story.state).scopes
    assert scopes.children[0].children[0].variables == {"y": 4}
    story.complete("j")
    assert story.finished.outcome is Outcome.COMPLETED
    assert story.counts["inner"] == story.counts["outer"] == 1


def test_the_running_scope_is_used_and_ends_with_its_last_step():
    story = Story(nested(), {"x": 4})
    story.complete("first")
    story.complete("o")
    modify(story, "j", end=["i"])
    assert story.waiting == ["j"]
    assert [token.element for token in inspect(story.definition, story.state).tokens] == ["outer", "inner", "j"]
    modify(story, "first", end=["j"])
    assert story.waiting == ["first"]
    assert not story.subscriptions
    assert [token.element for token in inspect(story.definition, story.state).tokens] == ["first"]


def test_a_scope_that_is_ended_does_not_count_as_running():
    story = Story(nested(), {"x": 4})
    story.complete("first")
    story.complete("o")
    outer = next(t.step for t in inspect(story.definition, story.state).tokens if t.element == "outer")
    modify(story, "j", end=[outer])
    assert story.waiting == ["j"]
    now = next(t.step for t in inspect(story.definition, story.state).tokens if t.element == "outer")
    assert now != outer


def test_of_several_scopes_one_must_be_chosen():
    story = Story(nested(), {"x": 4})
    modify(story, "i", end=["first"])
    modify(story, Entry("i", ancestor=""))
    assert story.waiting == ["i", "i"]
    assert refused(story, "j") is Obstacle.SEVERAL_SCOPES
    inner = [t.step for t in inspect(story.definition, story.state).tokens if t.element == "inner"]
    modify(story, Entry("j", ancestor=inner[1]))
    assert story.waiting == ["i", "i", "j"]
    scope = {step.element: step.scope for step in inspect(story.definition, story.state).steps if step.element == "j"}
    assert scope["j"] == inner[1]


def test_of_several_scopes_the_one_a_step_leaves_is_meant():
    story = Story(nested(), {"x": 4})
    modify(story, "i", end=["first"])
    modify(story, Entry("i", ancestor=""))
    leaving = story.step("i", 2).step
    scope = next(step.scope for step in inspect(story.definition, story.state).steps if step.step == leaving)
    modify(story, "j", end=[leaving])
    assert {s.scope for s in inspect(story.definition, story.state).steps if s.element == "j"} == {scope}


def test_a_chosen_ancestor_further_out_gets_new_scopes_inside():
    story = Story(nested(), {"x": 4})
    story.complete("first")
    story.complete("o")
    outer = next(t.step for t in inspect(story.definition, story.state).tokens if t.element == "outer")
    modify(story, Entry("j", ancestor=outer))
    elements = sorted(token.element for token in inspect(story.definition, story.state).tokens)
    assert elements == ["i", "inner", "inner", "j", "outer"]


def test_an_ancestor_that_is_none_is_refused():
    story = Story(nested(), {"x": 4})
    first = story.step("first").step
    assert refused(story, Entry("j", ancestor=first)) is Obstacle.NO_ANCESTOR
    assert refused(story, Entry("j", ancestor="999")) is Obstacle.NO_ANCESTOR
    assert refused(story, Entry("j", ancestor="no key")) is Obstacle.NO_ANCESTOR


def test_an_event_sub_process_can_be_entered_in_its_midst_without_interrupting():
    handler = event_sub("es", start("ess", message()), user("h1"), user("h2"), end("ee"), flow("ess", "h1", "h2", "ee"))
    story = Story(draw(start(), user("u"), end(), flow("start", "u", "end"), handler))
    modify(story, "h2")
    assert story.waiting == ["h2", "u"]
    story.complete("h2")
    story.complete("u")
    assert story.finished.outcome is Outcome.COMPLETED


def test_a_scope_whose_inputs_fail_refuses_the_whole_act():
    process = draw(
        start(),
        user("a"),
        sub("s", start("ss"), user("b"), flow("ss", "b")),
        boundary("late", duration("=1 + 1"), "s"),
        end(),
        flow("start", "a", "s", "end"),
        flow("late", "end"),
    )
    story = Story(process)
    assert refused(story, "b", end=["a"]) is Obstacle.FAILED
    assert story.waiting == ["a"]


# --- repeated activities --------------------------------------------------------------------------------------------


def several(**loop):
    return draw(
        start(),
        user("first"),
        user("ask", loop=each("people", "who", output="said", collect="all_said", **loop)),
        user("then"),
        end(),
        flow("start", "first", "ask", "then", "end"),
    )


def test_a_repeated_activity_is_started_as_a_whole():
    story = Story(several(), {"people": ["x", "y"]})
    modify(story, "ask", end=["first"])
    assert story.waiting == ["ask", "ask"]


def test_an_ended_item_counts_no_more_and_the_rest_complete_the_whole():
    story = Story(several(), {"people": ["x", "y", "z"]})
    story.complete("first")
    story.complete("ask", 1, said="yes")
    modify(story, end=[story.step("ask", 2).step])
    assert story.waiting == ["ask"]
    story.complete("ask", 1, said="no")
    assert story.waiting == ["then"]
    assert sorted(filter(None, story.variables["all_said"])) == ["no", "yes"]


def test_the_last_item_ended_lets_the_completed_ones_count():
    story = Story(several(), {"people": ["x", "y"]})
    story.complete("first")
    story.complete("ask", 1, said="yes")
    modify(story, end=[story.step("ask").step])
    assert story.waiting == ["then"]


def test_when_no_item_was_completed_the_whole_ends():
    story = Story(several(), {"people": ["x", "y"]})
    story.complete("first")
    modify(story, end=[story.step("ask", 1).step, story.step("ask", 2).step])
    assert story.finished.outcome is Outcome.CANCELLED


def test_by_its_element_the_repeated_activity_ends_as_a_whole():
    story = Story(several(), {"people": ["x", "y"]})
    story.complete("first")
    modify(story, "then", end=["ask"])
    assert story.waiting == ["then"]


def test_of_a_sequence_the_next_item_begins():
    story = Story(several(sequential=True), {"people": ["x", "y"]})
    story.complete("first")
    modify(story, end=[story.step("ask").step])
    assert story.waiting == ["ask"]
    story.complete("ask", said="y")
    assert story.waiting == ["then"]


def test_ended_items_are_told_to_the_completion_condition():
    story = Story(several(until="numberOfTerminatedInstances = 1"), {"people": ["x", "y", "z"]})
    story.complete("first")
    modify(story, end=[story.step("ask", 1).step])
    story.complete("ask", 1)
    assert story.waiting == ["then"]


def test_items_of_a_large_one_can_be_ended():
    story = Story(several(), {"people": list(range(100))})
    story.complete("first")
    modify(story, end=[story.step("ask", 70).step])
    assert len(story.waiting) == 99


def repeated_scope():
    return draw(
        start(),
        user("first"),
        sub("s", start("ss"), user("a"), user("b"), flow("ss", "a", "b"), loop=each("people", "who")),
        end(),
        flow("start", "first", "s", "end"),
    )


def test_into_a_repeated_sub_process_only_where_an_item_runs():
    story = Story(repeated_scope(), {"people": ["x", "y"]})
    assert refused(story, "b") is Obstacle.NO_ITEM
    story.complete("first")
    assert refused(story, "b") is Obstacle.SEVERAL_SCOPES
    modify(story, "b", end=[story.step("a", 2).step])
    assert story.waiting == ["a", "b"]
    assert story.step("b").path == (2,)
    item = next(step.scope for step in inspect(story.definition, story.state).steps if step.element == "a")
    modify(story, Entry("b", ancestor=item))
    assert sorted(step.path for step in story.steps.values() if step.element == "b") == [(1,), (2,)]


def test_a_standard_loop_ends_with_its_round():
    loop = Loop(standard=True, loop_maximum="3")
    process = draw(start(), user("a", loop=loop), user("b"), flow("start", "a", "b"))
    story = Story(process)
    modify(story, "b", end=[story.step("a").step])
    assert story.waiting == ["b"]


# --- refusals -------------------------------------------------------------------------------------------------------


def everything():
    handler = event_sub("es", start("ess", message("e")), user("h"), flow("ess", "h"))
    return draw(
        start(),
        user("a"),
        boundary("late", duration("PT1H"), "a"),
        either("choice"),
        catch("got", message("m")),
        catch("passed", duration("PT2H")),
        user("undone"),
        undo("undo", "undone", "undoing"),
        node("undoing", Kind.USER_TASK, for_compensation=True),
        throw("back", compensate()),
        end(),
        flow("start", "a", "choice", "got", "undone", "back", "end"),
        flow("choice", "passed", "end"),
        flow("late", "end"),
        handler,
    )


@pytest.mark.parametrize(
    ("entry", "obstacle"),
    [
        (Entry("nowhere"), Obstacle.UNKNOWN_ELEMENT),
        (Entry("start>a"), Obstacle.UNKNOWN_ELEMENT),
        (Entry("late"), Obstacle.BOUNDARY_EVENT),
        (Entry("start"), Obstacle.START_EVENT),
        (Entry("ess"), Obstacle.START_EVENT),
        (Entry("es"), Obstacle.EVENT_SUB_PROCESS),
        (Entry("es", after=True), Obstacle.EVENT_SUB_PROCESS),
        (Entry("undoing"), Obstacle.COMPENSATION),
        (Entry("got"), Obstacle.AFTER_GATEWAY),
        (Entry("choice", after=True), Obstacle.NOTHING_FOLLOWS),
        (Entry("end", after=True), Obstacle.NOTHING_FOLLOWS),
        (Entry("a", ancestor="7"), Obstacle.NO_ANCESTOR),
        (Entry("a", variables={"bad": 10**400}), Obstacle.FAILED),
    ],
)
def test_what_cannot_be_started_is_refused_with_the_reason(entry, obstacle):
    assert refused(Story(everything()), entry) is obstacle


def test_what_cannot_be_ended_is_refused_with_the_reason():
    story = Story(everything())
    timer = next(iter(story.timers))
    listener = next(iter(story.subscriptions))
    assert refused(story, end=["b"]) is Obstacle.NOT_OPEN
    assert refused(story, end=["99"]) is Obstacle.NOT_OPEN
    assert refused(story, end=[timer]) is Obstacle.LISTENER
    assert refused(story, end=[listener]) is Obstacle.LISTENER
    assert refused(story) is Obstacle.NOTHING
    assert refused(story, "undone", end=["b"]) is Obstacle.NOT_OPEN
    assert story.waiting == ["a"]


def test_an_event_behind_a_gateway_ends_with_its_gateway_only():
    story = Story(everything())
    story.complete("a")
    assert refused(story, end=["got"]) is Obstacle.LISTENER
    modify(story, "undone", end=["choice"])
    assert story.waiting == ["undone"]


def test_an_ended_compensation_handler_lets_the_throw_go_on():
    story = Story(everything())
    modify(story, "undone", end=["a"])
    story.complete("undone")
    assert story.waiting == ["undoing"]
    modify(story, end=["undoing"])
    assert story.finished.outcome is Outcome.COMPLETED


# --- beginning in the midst -----------------------------------------------------------------------------------------


def test_an_instance_begins_where_it_is_told():
    story = Story(nested(), {"x": 4}, at=(Entry("j"),))
    assert story.waiting == ["j"]
    story.complete("j")
    assert story.finished.outcome is Outcome.COMPLETED


def test_an_instance_does_not_begin_where_nothing_can_be_started():
    with pytest.raises(ModificationRefused):
        Story(nested(), {"x": 4}, at=(Entry("stop"),))


# --- resolving ------------------------------------------------------------------------------------------------------


def resolve(story, element, *, error=None, **variables):
    key = next(key for key, incident in story.incidents.items() if incident.element == element)
    return story.do(Resolve(key, variables, error))


def failing():
    ports = StubPorts()
    ports.handlers["job"] = Failed("down")
    return ports


def test_a_failed_step_is_left_with_given_results_through_its_output_mapping():
    process = draw(
        start(),
        service("s", "job", outs={"total": "=amount * 2"}),
        user("b"),
        end(),
        flow("start", "s", "b", "end"),
    )
    story = Story(process, ports=failing())
    resolve(story, "s", amount=4)
    assert story.waiting == ["b"]
    assert story.variables == {"total": 8}
    assert story.counts["s"] == 1


def test_a_failed_step_is_left_by_an_error():
    process = draw(
        start(),
        service("s", "job"),
        boundary("caught", error("E"), "s"),
        user("h"),
        user("b"),
        flow("start", "s", "b"),
        flow("caught", "h"),
    )
    story = Story(process, ports=failing())
    resolve(story, "s", error="E", why="x")
    assert story.waiting == ["h"]
    assert story.variables == {"why": "x"}


def test_an_error_nobody_catches_leaves_the_incident_with_the_new_reason():
    story = Story(draw(start(), service("s", "job"), user("b"), flow("start", "s", "b")), ports=failing())
    resolve(story, "s", error="OTHER")
    assert [incident.message for incident in story.incidents.values()] == ["error OTHER is not caught"]


def test_a_step_whose_inputs_fail_is_left_as_entered_and_completed():
    process = draw(
        start(),
        user("a", loop=each("people", "who", output="said", collect="answers")),
        user("b"),
        flow("start", "a", "b"),
    )
    story = Story(process, {"people": "no list"})
    assert story.troubled == ["a"]
    resolve(story, "a", answers=["given"])
    assert story.waiting == ["b"]
    assert story.variables["answers"] == ["given"]


def test_a_sub_process_that_cannot_begin_is_passed():
    process = draw(
        start(),
        sub("s", start("ss"), user("a"), flow("ss", "a")),
        boundary("late", duration("=1 + 1"), "s"),
        user("b"),
        flow("start", "s", "b"),
        flow("late", "b"),
    )
    story = Story(process)
    assert story.troubled == ["s"]
    resolve(story, "s")
    assert story.waiting == ["b"]
    entered = [entry.element for entry in story.log if entry.kind is LogKind.ENTERED]
    assert entered.count("s") == 1


def test_a_gateway_without_a_way_needs_values_that_open_one():
    process = draw(
        start(),
        xor("w"),
        user("a"),
        user("b"),
        flow("start", "w"),
        flow("w", "a", when="x = 1"),
        flow("w", "b", when="x = 2"),
    )
    story = Story(process, {"x": 0})
    resolve(story, "w")
    assert story.troubled == ["w"]
    resolve(story, "w", x=2)
    assert story.waiting == ["b"]


def test_a_step_without_incident_is_not_resolved():
    story = Story(line("a", "b"))
    with pytest.raises(StimulusRefused):
        story.do(Resolve(story.step("a").step))


def test_a_link_can_be_started_and_a_modification_survives_the_way_through_json():
    process = draw(
        start(),
        user("a"),
        throw("go", link("there")),
        catch("there", link("there")),
        user("b"),
        flow("start", "a", "go"),
        flow("there", "b"),
    )
    story = Story(process)
    stored = {"start": [{"element": "there", "after": False, "ancestor": None, "variables": {}}], "end": ["a"]}
    story.do(Modify(**stored))
    assert story.waiting == ["b"]
    modify(story, Entry("go", after=True), end=["b"])
    assert story.waiting == ["b"]
