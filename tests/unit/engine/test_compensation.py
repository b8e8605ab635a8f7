"""Compensation: newest first, each once, with the variables as they were."""

from tests.unit.engine.drawing import (
    boundary,
    compensate,
    draw,
    each,
    end,
    error,
    event_sub,
    flow,
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
from workflows.engine.api import Done, Failed, Fault


def undoable(id, **more):
    return [user(id, **more), undo(f"b{id}", id, f"u{id}"), user(f"u{id}", for_compensation=True)]


def test_completed_activities_are_undone_newest_first_and_once():
    process = draw(
        start(),
        undoable("x"),
        undoable("y"),
        undoable("w"),
        throw("ct", compensate()),
        throw("ct2", compensate()),
        user("z"),
        end(),
        flow("start", "x", "y", "ct", "ct2", "z", "w", "end"),
    )
    story = Story(process)
    story.complete("x")
    story.complete("y")
    assert story.waiting == ["uy"]
    story.complete("uy")
    assert story.waiting == ["ux"]
    story.complete("ux")
    assert story.waiting == ["z"]
    story.complete("z")
    story.complete("w")
    assert story.ended


def test_a_throw_naming_an_activity_undoes_only_that():
    process = draw(
        start(),
        undoable("x"),
        undoable("y"),
        throw("ct", compensate("x")),
        user("z"),
        flow("start", "x", "y", "ct", "z"),
    )
    story = Story(process)
    story.complete("x")
    story.complete("y")
    assert story.waiting == ["ux"]
    story.complete("ux")
    assert story.waiting == ["z"]


def test_an_activity_completed_twice_is_undone_twice():
    process = draw(
        start(),
        xor("m"),
        undoable("x"),
        xor("g", "g>ct"),
        throw("ct", compensate()),
        end(),
        flow("start", "m", "x", "g"),
        flow("g", "m", when="= again"),
        flow("g", "ct", "end"),
    )
    story = Story(process)
    story.complete("x", again=True)
    story.complete("x", again=False)
    story.complete("ux")
    story.complete("ux")
    assert story.ended


def test_handlers_see_the_variables_as_they_were_and_write_to_the_present():
    ports = StubPorts()
    ports.handlers["undo"] = lambda inputs, step: Done({"undone": inputs["v"], "v": "restored"})
    process = draw(
        start(),
        user("x"),
        undo("bx", "x", "ux"),
        service("ux", "undo", for_compensation=True),
        script("s", '= "later"', "v"),
        throw("ct", compensate()),
        user("z"),
        flow("start", "x", "s", "ct", "z"),
    )
    story = Story(process, ports=ports)
    story.complete("x", v="then")
    assert story.variables == {"v": "restored", "undone": "then"}


def test_a_multi_instance_activity_is_undone_once():
    process = draw(
        start(),
        undoable("x", loop=each("= [1, 2]", "it")),
        throw("ct", compensate()),
        end(),
        flow("start", "x", "ct", "end"),
    )
    story = Story(process)
    story.complete("x")
    story.complete("x")
    assert story.waiting == ["ux"]
    story.complete("ux")
    assert story.ended


def nested(own_handler=False):
    inner = sub(
        "sp", start("is"), undoable("x"), undoable("y"), end("ie"), flow("is", "x", "y", "ie"), ins={"loc": "= 5"}
    )
    own = [undo("bsp", "sp", "usp"), user("usp", for_compensation=True)] if own_handler else []
    return draw(
        start(),
        inner,
        own,
        undoable("after"),
        throw("ct", compensate()),
        user("z"),
        flow("start", "sp", "after", "ct", "z"),
    )


def test_what_a_completed_sub_process_did_is_undone_too():
    from workflows.engine import step_variables

    story = Story(nested())
    for element in ("x", "y", "after"):
        story.complete(element, v=element)
    order = []
    while story.waiting != ["z"]:
        (element,) = story.waiting
        seen = step_variables(story.definition, story.state, story.step(element).step)
        order.append((element, seen["v"], seen.get("loc")))
        story.complete(element)
    assert order == [("uafter", "after", None), ("uy", "y", 5), ("ux", "x", 5)]


def test_a_sub_process_with_its_own_handler_is_undone_by_that_alone():
    story = Story(nested(own_handler=True))
    for element in ("x", "y", "after", "uafter"):
        story.complete(element)
    assert story.waiting == ["usp"]
    story.complete("usp")
    assert story.waiting == ["z"]


def test_a_throw_inside_a_sub_process_undoes_only_inside():
    inner = sub("sp", start("is"), undoable("x"), throw("ct", compensate()), end("ie"), flow("is", "x", "ct", "ie"))
    process = draw(start(), undoable("before"), inner, user("z"), flow("start", "before", "sp", "z"))
    story = Story(process)
    story.complete("before")
    story.complete("x")
    assert story.waiting == ["ux"]
    story.complete("ux")
    assert story.waiting == ["z"]


def test_an_active_or_interrupted_sub_process_is_not_undone():
    inner = sub("sp", start("is"), undoable("x"), end("boom", error("X")), flow("is", "x", "boom"))
    process = draw(
        start(),
        inner,
        boundary("b", error("X"), "sp"),
        throw("ct", compensate()),
        user("z"),
        flow("start", "sp"),
        flow("b", "ct", "z"),
    )
    story = Story(process)
    story.complete("x")
    assert story.waiting == ["z"]


def test_an_error_event_sub_process_undoes_what_its_scope_did():
    handler = event_sub(
        "es", start("ess", error()), throw("ct", compensate()), end("again"), flow("ess", "ct", "again")
    )
    ports = StubPorts()
    ports.handlers["pay"] = Fault("DECLINED")
    process = draw(
        start(), undoable("x"), undoable("y"), service("pay"), end(), flow("start", "x", "y", "pay", "end"), handler
    )
    story = Story(process, ports=ports)
    story.complete("x")
    story.complete("y")
    assert story.waiting == ["uy"]
    story.complete("uy")
    story.complete("ux")
    assert story.finished.ends == ("again",)


def test_a_compensation_end_event():
    process = draw(start(), undoable("x"), end("ce", compensate()), flow("start", "x", "ce"))
    story = Story(process)
    story.complete("x")
    story.complete("ux")
    assert story.finished.ends == ("ce",)


def test_a_handler_may_be_a_sub_process():
    undoing = sub(
        "ux",
        start("us"),
        user("h1"),
        script("s", "= v", "seen"),
        user("h2"),
        flow("us", "h1", "s", "h2"),
        for_compensation=True,
    )
    process = draw(
        start(),
        user("x"),
        undo("bx", "x", "ux"),
        undoing,
        script("later", "= 2", "v"),
        throw("ct", compensate()),
        user("z"),
        flow("start", "x", "later", "ct", "z"),
    )
    story = Story(process)
    story.complete("x", v=1)
    assert story.waiting == ["h1"]
    story.complete("h1")
    assert story.variables["seen"] == 1
    story.complete("h2")
    assert story.waiting == ["z"]


def test_a_failing_handler_is_an_incident_and_the_rest_follows():
    ports = StubPorts()
    ports.handlers["ux"] = Failed("down")
    process = draw(
        start(),
        user("x"),
        undo("bx", "x", "ux"),
        service("ux", for_compensation=True),
        throw("ct", compensate()),
        user("z"),
        flow("start", "x", "ct", "z"),
    )
    story = Story(process, ports=ports)
    story.complete("x")
    assert story.troubled == ["ux"]
    ports.handlers["ux"] = Done()
    story.retry("ux")
    assert story.waiting == ["z"]


def test_nothing_to_undo_passes():
    assert Story(draw(start(), undoable("x"), throw("ct", compensate()), end(), flow("start", "ct", "end"))).ended


def test_compensation_can_be_interrupted():
    inner = sub("sp", start("is"), undoable("x"), throw("ct", compensate()), flow("is", "x", "ct"))
    process = draw(start(), inner, boundary("b", error("X"), "sp"), user("z"), flow("start", "sp"), flow("b", "z"))
    story = Story(process)
    story.complete("x")
    story.throw("ux", "X")
    assert story.waiting == ["z"]
