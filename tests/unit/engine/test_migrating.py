"""What a running instance keeps when it goes over to another version, and what stands in its way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bpmn.model import Kind
from tests.unit.engine.drawing import (
    boundary,
    call,
    catch,
    compensate,
    cycle,
    draw,
    duration,
    each,
    either,
    end,
    event_sub,
    flow,
    fork,
    inclusive,
    message,
    node,
    script,
    service,
    signal,
    start,
    sub,
    throw,
    undo,
    user,
    xor,
)
from tests.unit.engine.driver import BEGIN, Story
from workflows.engine import compile_definition
from workflows.engine.api import Failed, Later, LogKind, OpenedSubscription
from workflows.engine.migrating import (
    MigrationRefused,
    Plan,
    Reason,
    RemarkKind,
    check_migrated,
    footprint,
    judge,
    migrate,
    restore,
)
from workflows.engine.migrating.fitting import Fitting


def go_over(story, process, mapping=None, end=()):
    """Move the story to another version and fold what changed into its picture."""
    new = compile_definition(process)
    fitting = Fitting(story.definition, new, Plan(mapping or {}, frozenset(end)))
    result = migrate(fitting, story.state, story.ports)
    check_migrated(story.definition, story.state, new, result)
    story.definition, story.state, story.last = new, result.state, result
    for closed in result.closed:
        del story.steps[closed.step]
    for key in result.timers_closed:
        del story.timers[key]
    for key in result.subscriptions_closed:
        del story.subscriptions[key]
    for key in result.incidents_closed:
        del story.incidents[key]
    story.steps |= {step.step: step for step in (*result.kept, *result.opened)}
    story.timers |= {timer.timer: timer for timer in result.timers}
    story.subscriptions |= {found.subscription: found for found in result.subscriptions}
    story.incidents |= {incident.step: incident for incident in result.incidents}
    story.finished = result.finished or story.finished
    story.log += result.log
    return result


def verdict(story, process, mapping=None, end=()):
    fitting = Fitting(story.definition, compile_definition(process), Plan(mapping or {}, frozenset(end)))
    return judge(fitting, footprint(story.definition, story.state))


def problems(story, process, mapping=None, end=()):
    return [(problem.element, problem.reason) for problem in verdict(story, process, mapping, end).problems]


def line(*middle, extra=()):
    """start -> middle ... -> end"""
    ids = ["start", *(part[0].id if isinstance(part, list) else part.id for part in middle), "end"]
    return draw(start(), *middle, end(), flow(*ids), *extra)


# --- what stays -----------------------------------------------------------------------------------------------------


def test_an_open_task_stays_open_and_leads_on_by_the_new_way():
    story = Story(line(user("a")))
    step = story.step("a").step
    result = go_over(story, line(user("a"), user("b")))
    assert not result.opened
    assert not result.closed
    assert [kept.step for kept in result.kept] == [step]
    story.complete("a")
    assert story.waiting == ["b"]


def test_a_renamed_task_keeps_its_step_and_counts_on():
    story = Story(line(user("a")))
    step = story.step("a").step
    go_over(story, line(user("z"), extra=()), {"a": "z"})
    assert story.steps[step].element == "z"
    assert story.steps[step].loop == 1
    looping = draw(
        start(),
        user("z"),
        xor("x", "x>end"),
        end(),
        flow("start", "z", "x", "end"),
        flow("x", "z", when="= again"),
    )
    go_over(story, looping)
    story.complete("z", again=True)
    assert story.step("z").loop == 2, "an activation number is never used twice: it is part of the idempotency key"


def test_the_new_form_is_shown():
    story = Story(line(user("a", form="old")))
    go_over(story, line(user("a", form='= "new"')))
    assert story.step("a").form == "new"


def test_a_timer_keeps_its_due_moment_though_the_new_version_says_another():
    def model(span):
        return line(user("a"), extra=(boundary("late", duration(span), "a"), user("chase"), flow("late", "chase")))

    story = Story(model("PT5H"))
    due = next(iter(story.timers.values())).due
    found = verdict(story, model("PT1H"))
    assert found.is_safe
    assert [remark.kind for remark in found.remarks] == [RemarkKind.KEEPS_DUE]
    result = go_over(story, model("PT1H"))
    assert not result.timers
    assert [timer.due for timer in story.timers.values()] == [due] == [BEGIN + timedelta(hours=5)]
    story.wait(hours=5)
    assert story.waiting == ["chase"]


def test_a_cycle_that_has_fired_goes_on_where_it_is_and_an_exhausted_one_does_not_begin_again():
    model = line(
        user("a"), extra=(boundary("nag", cycle("R3/PT1H"), "a", interrupting=False), user("n"), flow("nag", "n"))
    )
    story = Story(model)
    story.wait(hours=1)
    go_over(story, model)
    assert [(t.due, t.repetitions) for t in story.timers.values()] == [(BEGIN + timedelta(hours=2), 1)]
    story.wait(hours=5)
    assert story.waiting == ["a", "n", "n", "n"]
    go_over(story, model)
    assert not story.timers


def test_an_event_put_onto_another_activity_is_listened_for_there():
    def model(host):
        return draw(
            start(), fork("s"), fork("j"), user("a"), user("b"), user("chase"), end(),
            flow("start", "s"), flow("s", "a", "j"), flow("s", "b", "j"), flow("j", "end"),
            boundary("late", duration("PT1H"), host), flow("late", "chase"),
        )  # fmt: skip

    story = Story(model("a"))
    before = list(story.timers)
    go_over(story, model("b"))
    assert len(story.timers) == 1
    assert list(story.timers) != before
    story.wait(hours=1)
    assert story.waiting == ["a", "chase"]


def test_a_new_boundary_event_is_listened_for_from_now_on_and_a_gone_one_no_longer():
    with_timer = line(user("a"), extra=(boundary("late", duration("PT5H"), "a"), user("c"), flow("late", "c")))
    with_message = line(user("a"), extra=(boundary("stop", message("m"), "a"), user("c"), flow("stop", "c")))
    story = Story(with_timer)
    remarks = {(remark.kind, remark.target or remark.element) for remark in verdict(story, with_message).remarks}
    assert remarks == {(RemarkKind.STOPS_LISTENING, "late"), (RemarkKind.STARTS_LISTENING, "stop")}
    go_over(story, with_message)
    assert not story.timers
    story.message()
    assert story.waiting == ["c"]


def test_a_subscription_keeps_what_it_waits_for():
    story = Story(line(catch("c", message("m", "= key"))), {"key": "K1"})
    story.set(key="K2")
    result = go_over(story, line(catch("c", message("m", "= other"))))
    assert not result.subscriptions
    story.message(key="K1")
    assert story.ended


def test_event_sub_processes_keep_listening_begin_and_stop():
    def model(*subs):
        return draw(start(), user("a"), end(), flow("start", "a", "end"), *subs)

    def on(id, event, **more):
        return event_sub(
            id, start(id + "s", event, **more), user(id + "u"), end(id + "e"), flow(id + "s", id + "u", id + "e")
        )

    story = Story(model(on("one", message("m1"), interrupting=False), on("two", message("m2"))))
    first = next(key for key, s in story.subscriptions.items() if s.name == "m1")
    go_over(story, model(on("one", message("m1"), interrupting=False), on("three", duration("PT1H"))))
    assert list(story.subscriptions) == [first]
    assert [timer.element for timer in story.timers.values()] == ["threes"]
    story.message("m1")
    assert story.waiting == ["a", "oneu"]
    story.wait(hours=1)
    assert story.waiting == ["threeu"]


def test_steps_inside_a_renamed_sub_process_stay():
    def model(id):
        return line(sub(id, start("s"), user("in"), end("e"), flow("s", "in", "e"), ins={"local": "= 7"}))

    story = Story(model("old"))
    go_over(story, model("new"), {"old": "new"})
    story.complete("in")
    assert story.ended


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("count", [3, 100])
def test_items_of_a_multi_instance_stay_with_what_was_collected(sequential, count):
    plan = each("= items", "it", sequential=sequential, output="= it * 2", collect="outs")
    story = Story(line(user("a", loop=plan)), {"items": list(range(count))})
    story.complete("a")
    go_over(story, line(user("b", loop=plan), user("z")), {"a": "b"})
    while story.waiting != ["z"]:
        story.complete("b")
    assert story.variables["outs"] == [2 * number for number in range(count)]


def test_outputs_are_collected_exactly_when_the_new_version_wants_them():
    plain, collecting = each("= [1, 2]", "it"), each("= [1, 2]", "it", output="= it", collect="outs")
    story = Story(line(user("a", loop=plain)))
    story.complete("a")
    go_over(story, line(user("a", loop=collecting)))
    story.complete("a")
    assert story.variables["outs"] == [None, 2]
    story = Story(line(user("a", loop=collecting)))
    go_over(story, line(user("a", loop=plain)))
    story.complete("a")
    story.complete("a")
    assert "outs" not in story.variables


def test_an_event_based_gateway_keeps_its_events_and_gets_new_ones():
    def model(*events):
        return draw(
            start(),
            either("g"),
            end(),
            flow("start", "g"),
            *([catch(id, on), user(id + "u"), end(id + "e"), flow("g", id, id + "u", id + "e")] for id, on in events),
        )

    story = Story(model(("m", message("m")), ("t", duration("PT2H"))))
    go_over(story, model(("t", duration("PT9H")), ("s", signal("sig"))))
    assert [s.element for s in story.subscriptions.values()] == ["s"]
    assert [t.due for t in story.timers.values()] == [BEGIN + timedelta(hours=2)]
    story.signal()
    assert story.waiting == ["su"]


def test_compensation_knows_what_is_done_under_its_new_name():
    def model(host, handler):
        return line(
            user(host),
            user("b"),
            throw("back", compensate()),
            extra=(undo("u", host, handler), node(handler, Kind.USER_TASK, for_compensation=True)),
        )

    story = Story(model("book", "unbook"))
    story.complete("book")
    go_over(story, model("order", "cancel"), {"book": "order", "unbook": "cancel"})
    story.complete("b")
    assert story.waiting == ["back", "cancel"] or "cancel" in story.waiting
    go_over(story, model("book", "unbook"), {"order": "book", "cancel": "unbook"})
    story.complete("unbook")
    assert story.ended


def test_an_incident_stays_and_its_step_is_tried_as_the_new_version_says():
    story = Story(line(script("calc", '= 1 + "x" > 2', "y"), user("z")), {})
    ported = Story(line(service("job", "bad"), user("z")), ports=_failing("bad"))
    go_over(ported, line(service("job", "good"), user("z")))
    assert ported.troubled == ["job"]
    ported.retry("job")
    assert ported.waiting == ["z"]
    assert story is not ported


def _failing(handler):
    from tests.unit.engine.driver import StubPorts

    ports = StubPorts()
    ports.handlers[handler] = Failed("down")
    return ports


def test_a_job_under_way_is_answered_after_the_move():
    from tests.unit.engine.driver import StubPorts

    ports = StubPorts()
    ports.handlers["later"] = Later()
    story = Story(line(service("job", "later"), user("z")), ports=ports)
    go_over(story, line(service("work", "later"), user("z")), {"job": "work"})
    assert len(ports.calls) == 1, "nothing is asked for a second time"
    story.complete("work", done=True)
    assert story.waiting == ["z"]


def test_a_called_instance_stays():
    story = Story(line(call("c", "child")))
    result = go_over(story, line(call("c", "child"), user("z")))
    assert not result.closed


# --- joins ----------------------------------------------------------------------------------------------------------


def block(*branches, join="j", kind=fork):
    return draw(
        start(),
        kind("s"),
        kind(join),
        user("z"),
        end(),
        flow("start", "s"),
        flow(join, "z", "end"),
        *([user(id), flow("s", id, join)] for id in branches),
    )


def test_a_join_remembers_who_came():
    story = Story(block("a", "b"))
    story.complete("a")
    go_over(story, block("a", "b", join="k"), {"j": "k"})
    story.complete("b")
    assert story.waiting == ["z"]


def test_a_branch_added_to_a_running_block_would_leave_the_join_waiting_for_ever():
    story = Story(block("a", "b"))
    assert problems(story, block("a", "b", "c")) == [("j", Reason.STARVES)]
    before = Story(draw(start(), user("first"), end(), flow("start", "first", "end")))
    after = draw(
        start(), user("first"), fork("s"), fork("j"), user("a"), user("b"), end(),
        flow("start", "first", "s"), flow("s", "a", "j"), flow("s", "b", "j"), flow("j", "end"),
    )  # fmt: skip
    assert problems(before, after) == [], "whoever has not come to the fork sends all tokens"


def test_a_branch_taken_out_lets_a_join_go_that_waits_for_it_alone():
    story = Story(block("a", "b", "c"))
    story.complete("a")
    story.complete("b")
    assert problems(story, block("a", "b")) == [("c", Reason.GONE)]
    go_over(story, block("a", "b"), end=["c"])
    assert story.waiting == ["z"]


def test_a_flow_that_is_gone_though_a_token_came_by_it():
    story = Story(block("a", "b"))
    story.complete("a")
    other = draw(
        start(), fork("s"), fork("j"), user("x"), user("b"), user("z"), end(),
        flow("start", "s"), flow("s", "x", "j"), flow("s", "b", "j"), flow("j", "z", "end"),
    )  # fmt: skip
    assert problems(story, other) == [("j", Reason.FLOW)]


def test_an_inclusive_join_goes_on():
    def model(last):
        return draw(
            start(), inclusive("s", "s>a"), inclusive("j"), user("a"), user("b"), user(last), end(),
            flow("start", "s"), flow("s", "a", "j"), flow("s", "b", when="= true"), flow("b", "j"),
            flow("j", last, "end"),
        )  # fmt: skip

    story = Story(model("z"))
    go_over(story, model("y"))
    story.complete("b")
    assert story.waiting == ["y"]


# --- what stands in the way -----------------------------------------------------------------------------------------


def test_an_element_that_is_gone_needs_a_choice():
    story = Story(line(user("a")))
    new = line(user("b"), user("c"))
    assert problems(story, new) == [("a", Reason.GONE)]
    assert verdict(story, new).is_choice
    with pytest.raises(MigrationRefused):
        go_over(story, new)
    go_over(story, new, {"a": "c"})
    assert story.waiting == ["c"]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (user("a"), service("a"), Reason.TYPE),
        (user("a"), node("a", Kind.MANUAL_TASK), Reason.TYPE),
        (user("a"), user("a", loop=each("= [1]")), Reason.REPETITION),
        (user("a", loop=each("= [1]", sequential=True)), user("a", loop=each("= [1]")), Reason.REPETITION),
        (catch("a", message("m")), catch("a", signal("m")), Reason.EVENT),
        (call("a", "one"), call("a", "two"), Reason.CALL),
    ],
)
def test_changes_that_need_a_choice(before, after, reason):
    story = Story(line(before))
    assert problems(story, line(after)) == [("a", reason)]
    found = verdict(story, line(after), {"a": "a"})
    assert found.is_safe, "naming the element itself says: begin there anew, or keep it in spite of that"


def test_a_step_may_begin_anew_at_an_element_of_another_kind():
    story = Story(line(user("a")))
    first = story.step("a").step
    result = go_over(story, line(script("s", "= 7", "x"), user("b")), {"a": "s"})
    assert [closed.step for closed in result.closed] == [first]
    assert story.waiting == ["b"]
    assert story.variables["x"] == 7


def test_a_step_moved_into_another_scope_needs_a_choice():
    story = Story(line(user("a")))
    inside = line(sub("s", start("ss"), user("a"), end("se"), flow("ss", "a", "se")))
    assert problems(story, inside) == [("a", Reason.SCOPE)]
    assert problems(story, inside, {"a": "s"}) == []
    go_over(story, inside, {"a": "s"})
    assert story.waiting == ["a"]


def test_a_sub_process_that_is_gone_is_chosen_for_as_a_whole():
    story = Story(line(sub("s", start("ss"), user("a"), end("se"), flow("ss", "a", "se")), user("b")))
    new = line(user("a"), user("b"))
    found = verdict(story, new).problems
    assert {(problem.element, problem.within) for problem in found} == {("s", None), ("a", "s")}
    go_over(story, new, {"s": "b"})
    assert story.waiting == ["b"]


def test_ending_the_only_step_is_refused():
    story = Story(line(user("a")))
    assert problems(story, line(user("b")), end=["a"]) == [("a", Reason.ENDS)]


def test_a_memory_of_compensation_may_be_dropped_by_choice_only():
    def model(*handled):
        return line(user("a"), user("b"), throw("back", compensate()), extra=handled)

    story = Story(model(undo("u", "a", "h"), node("h", Kind.USER_TASK, for_compensation=True)))
    story.complete("a")
    assert problems(story, model()) == [("a", Reason.UNDO)]
    go_over(story, model(), end=["a"])
    story.complete("b")
    assert story.ended


def test_mapping_to_nothing_or_to_what_cannot_be_started_is_refused():
    story = Story(line(user("a")))
    assert problems(story, line(user("b")), {"a": "nowhere"}) == [("a", Reason.TARGET)]
    assert problems(story, line(user("b")), {"a": "start"}) == [("a", Reason.TARGET)]


def test_an_ended_instance_does_not_move():
    story = Story(line(script("s", "= 1", "x")))
    with pytest.raises(MigrationRefused):
        go_over(story, line(user("a")))


def test_two_steps_that_become_one_element_stay_two_activations():
    story = Story(block("a", "b"))
    new = draw(start(), fork("s"), user("m"), end(), flow("start", "s", "m", "end"))
    go_over(story, new, {"a": "m", "b": "m"})
    assert sorted(step.loop for step in story.steps.values()) == [1, 2]


# --- back -----------------------------------------------------------------------------------------------------------


def test_undoing_brings_back_what_was_closed_and_never_gives_a_number_twice():
    model = line(user("a"), extra=(boundary("late", message("m", "= k"), "a"), user("c"), flow("late", "c")))
    story = Story(model, {"k": "K"})
    old, before, waited = story.definition, story.state, dict(story.subscriptions)
    go_over(story, line(user("z"), extra=(boundary("t", duration("PT1H"), "z"), flow("t", "end"))), {"a": "z"})
    highest = max(int(key) for key in story.timers)
    back = restore((story.definition, story.state), (old, before), story.ports, waited)
    assert len(back.timers_closed) == 1
    assert back.subscriptions == tuple(waited.values())
    assert [kept.element for kept in back.kept] == ["a"]
    story.definition, story.state, story.timers, story.subscriptions = old, back.state, {}, waited
    result = story.message(key="K")
    assert all(int(entry.step) > highest for entry in result.log if entry.kind is LogKind.ENTERED)


def test_undoing_opens_an_ended_step_again():
    story = Story(block("a", "b"))
    old, before = story.definition, story.state
    go_over(story, draw(start(), user("b"), end(), flow("start", "b", "end")), end=["a"])
    back = restore((story.definition, story.state), (old, before), story.ports, {})
    assert {kept.element for kept in back.kept} == {"a", "b"}
    assert OpenedSubscription not in map(type, back.subscriptions)
