"""Messages: waiting with a key, being received, thrown and sent."""

import pytest

from bpmn.model import Kind
from tests.unit.engine.drawing import (
    catch,
    draw,
    end,
    flow,
    message,
    node,
    start,
    throw,
    user,
)
from tests.unit.engine.driver import Story, StubPorts
from workflows.engine.api import (
    MessageSent,
    Receive,
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
