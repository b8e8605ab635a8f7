"""Messages, signals, timers, links and the event-based gateway in the flow; start and end events."""

import pytest

from bpmn.model import EventKind, Kind
from tests.unit.engine.drawing import (
    boundary,
    catch,
    date,
    draw,
    duration,
    either,
    end,
    event,
    flow,
    fork,
    link,
    message,
    node,
    script,
    service,
    signal,
    start,
    sub,
    throw,
    user,
    xor,
)
from tests.unit.engine.driver import Story, StubPorts
from workflows.engine import DefinitionRefused, compile_definition
from workflows.engine.api import (
    IncidentKind,
    MessageSent,
    Outcome,
    Receive,
    SignalSent,
    StartInstance,
    StepKind,
    StimulusRefused,
)


def test_a_message_catch_event_waits_with_its_key():
    process = draw(
        start(), catch("c", message("= kind", "= order.id")), user("u"), end(), flow("start", "c", "u", "end")
    )
    story = Story(process, {"kind": "paid", "order": {"id": "A-1"}})
    (subscription,) = story.subscriptions.values()
    assert (subscription.name, subscription.correlation_key, subscription.signal) == ("paid", "A-1", False)
    assert story.step("c").kind is StepKind.CATCH
    story.message("paid", "A-1", amount=3)
    assert (story.waiting, story.variables["amount"]) == (["u"], 3)


@pytest.mark.parametrize(("value", "key"), [(7, "7"), (7.0, "7"), (7.5, "7.5"), ("x", "x")])
def test_keys_are_texts(value, key):
    story = Story(draw(start(), catch("c", message("m", "= k")), flow("start", "c")), {"k": value})
    assert next(iter(story.subscriptions.values())).correlation_key == key


@pytest.mark.parametrize("value", [None, True, "", [1]])
def test_a_key_that_is_no_key_is_an_incident(value):
    story = Story(draw(start(), catch("c", message("m", "= k")), flow("start", "c")), {"k": value})
    assert story.troubled == ["c"]
    story.retry("c", k="now")
    assert story.waiting == ["c"]


def test_a_message_is_received_once():
    story = Story(draw(start(), catch("c", message()), user("u"), flow("start", "c", "u")))
    key = next(iter(story.subscriptions))
    story.message()
    with pytest.raises(StimulusRefused):
        story.do(Receive(key))


def test_a_receive_task_is_a_step_and_a_subscription():
    process = draw(start(), node("r", Kind.RECEIVE_TASK, event=message("m", "= k")), end(), flow("start", "r", "end"))
    for way in ("message", "complete"):
        story = Story(process, {"k": "1"})
        assert story.step("r").kind is StepKind.RECEIVE_TASK
        story.message("m", "1", x=1) if way == "message" else story.complete("r", x=1)
        assert story.variables == {"k": "1", "x": 1}


def test_a_timer_catch_event():
    story = Story(draw(start(), catch("t", duration("= wait")), end(), flow("start", "t", "end")), {"wait": "PT2H"})
    story.wait(hours=1)
    assert story.waiting == ["t"]
    story.wait(hours=1)
    assert story.ended


def test_feel_durations_and_moments():
    process = draw(
        start(),
        catch("t", duration('= duration("PT1H") * 2')),
        catch("d", date('= date and time("2026-01-06T09:00:00Z")')),
        end(),
        flow("start", "t", "d", "end"),
    )
    story = Story(process)
    story.wait(hours=2)
    assert story.waiting == ["d"]
    story.wait(days=1)
    assert story.ended


def test_months_end_with_the_month():
    story = Story(draw(start(), catch("t", duration("P1M")), flow("start", "t")))
    assert next(iter(story.timers.values())).due.isoformat() == "2026-02-05T09:00:00+00:00"


def test_replanning_counts_a_duration_from_when_it_began():
    story = Story(draw(start(), catch("t", duration("= d")), flow("start", "t")), {"d": "PT1H"})
    story.ports.moment = story.ports.moment.replace(minute=30)
    story.set(d="PT3H")
    story.replan()
    assert next(iter(story.timers.values())).due.isoformat() == "2026-01-05T12:00:00+00:00"
    story.set(d="nonsense")
    story.replan()
    assert next(iter(story.timers.values())).due.isoformat() == "2026-01-05T12:00:00+00:00"


def test_messages_are_thrown_with_their_key_and_mapped_variables():
    process = draw(
        start(),
        throw("t", message("paid", "= id"), ins={"sum": "= amount"}),
        end("e", message("bye")),
        flow("start", "t", "e"),
    )
    story = Story(process, {"id": 7, "amount": 3})
    assert story.sent == [MessageSent("paid", "7", {"sum": 3}, "t", 1), MessageSent("bye", "", {}, "e", 1)]
    assert story.finished.ends == ("e",)


def test_a_send_task_without_job_sends_its_message_and_with_one_calls_it():
    from bpmn.model import Job

    plain = draw(start(), node("s", Kind.SEND_TASK, event=message("paid")), end(), flow("start", "s", "end"))
    assert Story(plain).sent == [MessageSent("paid", "", {}, "s", 1)]
    ports = StubPorts()
    job = draw(
        start(), node("s", Kind.SEND_TASK, event=message("paid"), job=Job("mail")), end(), flow("start", "s", "end")
    )
    assert Story(job, ports=ports).sent == []
    assert ports.calls[0][0] == "mail"


def test_a_message_throw_event_with_a_job_calls_it():
    from bpmn.model import Job

    ports = StubPorts()
    process = draw(
        start(),
        throw("t", message("paid"), job=Job("mail")),
        end("e", message("x"), job=Job("mail2")),
        flow("start", "t", "e"),
    )
    assert Story(process, ports=ports).ended
    assert [handler for handler, _, _ in ports.calls] == ["mail", "mail2"]


def test_a_signal_reaches_what_listens_in_the_same_instance_at_that_moment():
    process = draw(
        start(),
        fork("f"),
        catch("c", signal("go")),
        user("u"),
        user("a"),
        end("se", signal("go")),
        end(),
        flow("start", "f", "c", "u", "end"),
        flow("f", "a", "se"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["u"]
    assert story.sent == [SignalSent("go", {}, "se", 1)]


def test_a_signal_thrown_before_anybody_listens_is_not_heard():
    process = draw(start(), throw("t", signal("go")), catch("c", signal("go")), end(), flow("start", "t", "c", "end"))
    assert Story(process).waiting == ["c"]


def test_links():
    process = draw(
        start(),
        throw("one", link("A")),
        throw("two", link("A")),
        catch("there", link("A")),
        user("u"),
        fork("f"),
        end(),
        flow("start", "f", "one"),
        flow("f", "two"),
        flow("there", "u", "end"),
    )
    story = Story(process)
    assert story.waiting == ["u", "u"]
    assert story.counts["there"] == 2


@pytest.mark.parametrize("catches", [0, 2])
def test_a_link_needs_exactly_one_catch_event(catches):
    process = draw(
        start(), throw("one", link("A")), *[catch(f"c{n}", link("A")) for n in range(catches)], flow("start", "one")
    )
    with pytest.raises(DefinitionRefused, match="one: "):
        compile_definition(process)


def choice():
    return draw(
        start(),
        either("g"),
        catch("t1", duration("PT1H")),
        catch("t2", duration("PT30M")),
        catch("m", message("m", "= k")),
        catch("s", signal()),
        user("u1"),
        user("u2"),
        user("um"),
        user("us"),
        flow("start", "g", "t1", "u1"),
        flow("g", "t2", "u2"),
        flow("g", "m", "um"),
        flow("g", "s", "us"),
    )


def test_an_event_based_gateway_is_one_step_for_all_its_events():
    story = Story(choice(), {"k": "1"})
    assert story.waiting == ["g"]
    assert (len(story.timers), len(story.subscriptions)) == (2, 2)


def test_of_two_timers_the_earlier_fires():
    story = Story(choice(), {"k": "1"})
    story.wait(hours=2)
    assert story.waiting == ["u2"]
    assert story.flows == ["start>g", "g>t2", "t2>u2"]
    assert (story.timers, story.subscriptions) == ({}, {})


def test_a_message_decides_and_brings_its_variables():
    story = Story(choice(), {"k": "1"})
    story.message("m", "1", x=2)
    assert (story.waiting, story.variables) == (["um"], {"k": "1", "x": 2})
    assert story.completed == ["start", "g", "m"]


def test_a_signal_decides():
    story = Story(choice(), {"k": "1"})
    story.signal()
    assert story.waiting == ["us"]


def test_receive_tasks_behind_an_event_based_gateway():
    process = draw(
        start(),
        either("g"),
        node("r", Kind.RECEIVE_TASK, event=message("m")),
        catch("t", duration("PT1H")),
        user("u"),
        flow("start", "g", "r", "u"),
        flow("g", "t"),
    )
    story = Story(process)
    assert story.waiting == ["g"]
    story.message("m", x=1)
    assert (story.waiting, story.variables) == (["u"], {"x": 1})


def test_an_event_based_gateway_can_be_interrupted():
    inner = sub(
        "sp",
        start("is"),
        either("g"),
        catch("m", message("m")),
        catch("t", duration("PT9H")),
        flow("is", "g", "m"),
        flow("g", "t"),
    )
    process = draw(
        start(),
        inner,
        boundary("b", duration("PT1H"), "sp"),
        user("late"),
        end(),
        flow("start", "sp", "end"),
        flow("b", "late", "end"),
    )
    story = Story(process)
    story.wait(hours=1)
    assert story.waiting == ["late"]
    assert (story.timers, story.subscriptions) == ({}, {})


def test_several_start_events():
    process = draw(
        start(),
        start("sm", message("called")),
        start("st", duration("PT1H")),
        user("a"),
        user("b"),
        user("c"),
        flow("start", "a"),
        flow("sm", "b"),
        flow("st", "c"),
    )
    assert Story(process).waiting == ["a"]
    assert Story(process, event="sm").waiting == ["b"]
    assert Story(process, event="st").waiting == ["c"]
    with pytest.raises(StimulusRefused):
        Story(process, event="a")


def test_a_message_start_maps_what_it_brings():
    process = draw(start("sm", message("called"), outs={"number": "= payload.id"}), user("a"), flow("sm", "a"))
    story = Story(process, {"payload": {"id": 7}}, event="sm")
    assert story.variables == {"number": 7}
    plain = draw(start("sm", message("called")), user("a"), flow("sm", "a"))
    assert Story(plain, {"id": 7}, event="sm").variables == {"id": 7}


def test_a_process_without_start_event_begins_where_no_flow_leads():
    process = draw(user("a"), user("b"), end(), flow("a", "end"))
    assert Story(process).waiting == ["a", "b"]


def test_ends_are_all_reported_and_the_last_token_ends_the_instance():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        end("e1"),
        end("e2"),
        flow("start", "f", "a", "e1"),
        flow("f", "b", "e2"),
    )
    story = Story(process)
    story.complete("b")
    assert not story.ended
    story.complete("a")
    assert story.finished.ends == ("e2", "e1")
    assert story.finished.outcome is Outcome.COMPLETED


def test_a_terminate_end_takes_all_tokens_away():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        user("b"),
        end("e1", event(EventKind.TERMINATE)),
        end("e2"),
        flow("start", "f", "a", "e1"),
        flow("f", "b", "e2"),
    )
    story = Story(process)
    story.complete("a")
    assert (story.finished.outcome, story.finished.ends) == (Outcome.TERMINATED, ("e1",))


def test_a_terminate_end_in_a_sub_process_ends_only_that():
    inner = sub(
        "sp",
        start("is"),
        user("a"),
        user("b"),
        end("t", event(EventKind.TERMINATE)),
        flow("is", "a", "t"),
        flow("is", "b"),
    )
    process = draw(start(), inner, user("u"), end(), flow("start", "sp", "u", "end"))
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["u"]
    story.complete("u")
    assert story.finished.outcome is Outcome.COMPLETED


def test_cancelling_closes_everything():
    process = draw(
        start(),
        fork("f"),
        user("a"),
        catch("c", message()),
        catch("t", duration("PT1H")),
        flow("start", "f", "a"),
        flow("f", "c"),
        flow("f", "t"),
    )
    story = Story(process)
    story.cancel()
    assert story.finished.outcome is Outcome.CANCELLED
    with pytest.raises(StimulusRefused):
        story.cancel()
    with pytest.raises(StimulusRefused):
        story.do(StartInstance({}))


def test_a_token_that_runs_dry_ends_without_end_event():
    story = Story(draw(start(), user("a"), flow("start", "a")))
    story.complete("a")
    assert (story.ended, story.finished.ends) == (True, ())


@pytest.mark.parametrize(
    "bad",
    [
        node("x", Kind.COMPLEX_GATEWAY),
        node("x", Kind.AD_HOC_SUB_PROCESS),
        catch("x", event(EventKind.CONDITIONAL)),
        boundary("x", event(EventKind.CONDITIONAL), "a"),
        start("x", event(EventKind.ERROR)),
    ],
)
def test_what_cannot_run_as_drawn_is_refused(bad):
    with pytest.raises(DefinitionRefused) as refused:
        compile_definition(draw(start(), user("a"), bad, flow("start", "a")))
    assert refused.value.element == "x"


def test_a_flow_over_the_border_of_a_sub_process_is_refused():
    with pytest.raises(DefinitionRefused):
        compile_definition(
            draw(
                start(),
                sub("sp", start("is"), user("a"), flow("is", "a")),
                user("b"),
                flow("start", "sp"),
                flow("a", "b"),
            )
        )


def test_every_node_has_a_spec():
    process = choice()
    definition = compile_definition(process)
    assert set(process.nodes) == set(definition.nodes)
    assert set(definition.nodes) <= set(definition.root.task_specs)


def test_the_kind_of_incident_tells_what_is_wrong():
    story = Story(draw(start(), throw("t", message("= none")), flow("start", "t")))
    assert next(iter(story.incidents.values())).kind is IncidentKind.EXPRESSION
    assert Story(draw(start(), script("s", "= 1", "x"), xor("g"), service("z"), flow("start", "s", "g", "z"))).ended


def test_a_process_with_nothing_to_start_is_refused():
    with pytest.raises(DefinitionRefused, match="nowhere to start"):
        compile_definition(draw())
