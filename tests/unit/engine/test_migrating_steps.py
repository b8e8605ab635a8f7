"""What steps keep when a running instance goes over to another version."""

from __future__ import annotations

import pytest

from bpmn.model import Kind
from tests.unit.engine.drawing import (
    call,
    compensate,
    draw,
    each,
    end,
    flow,
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
from tests.unit.engine.driver import Story
from tests.unit.engine.going_over import go_over, line
from workflows.engine.api import Failed, Later


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
