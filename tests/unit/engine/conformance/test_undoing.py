"""What is undone, when and in which order: compensation in scopes, loops and branches, and cancelled transactions."""

from bpmn.model import EventKind, Kind
from tests.unit.engine.drawing import (
    boundary,
    call,
    compensate,
    draw,
    each,
    end,
    error,
    event,
    flow,
    fork,
    message,
    node,
    script,
    start,
    sub,
    throw,
    undo,
    user,
    xor,
)
from tests.unit.engine.driver import Story
from workflows.engine import step_variables
from workflows.engine.api import ChildFinished

CANCEL = event(EventKind.CANCEL)


def undoable(id, kind=Kind.USER_TASK, **more):
    """An activity and the user task that undoes it."""
    return [node(id, kind, **more), undo(f"b-{id}", id, f"undo-{id}"), user(f"undo-{id}", for_compensation=True)]


def test_parallel_branches_are_undone_in_the_reverse_of_their_completion():
    process = draw(
        start(),
        fork("f"),
        undoable("a"),
        undoable("b"),
        fork("j"),
        throw("t", compensate()),
        user("z"),
        flow("start", "f", "a", "j", "t", "z"),
        flow("f", "b", "j"),
    )
    story = Story(process)
    story.complete("b")
    story.complete("a")
    assert story.waiting == ["undo-a"]
    story.complete("undo-a")
    assert story.waiting == ["undo-b"]
    story.complete("undo-b")
    assert story.waiting == ["z"]


def test_every_round_of_a_loop_is_undone_with_its_own_variables():
    process = draw(
        start(),
        xor("m"),
        undoable("a"),
        xor("g", "out"),
        throw("t", compensate("a")),
        user("z"),
        flow("start", "m", "a", "g"),
        flow("g", "m", when="= again"),
        flow("g", "t", id="out"),
        flow("t", "z"),
    )
    story = Story(process)
    story.complete("a", n=1, again=True)
    story.complete("a", n=2, again=False)
    seen = []
    while story.waiting == ["undo-a"]:
        seen.append(step_variables(story.definition, story.state, story.step("undo-a").step)["n"])
        story.complete("undo-a")
    assert seen == [2, 1]
    assert story.waiting == ["z"]


def test_a_throw_naming_a_completed_sub_process_undoes_what_is_in_it_and_nothing_else():
    process = draw(
        start(),
        undoable("a"),
        sub("s", start("is"), undoable("b"), undoable("c"), flow("is", "b", "c")),
        throw("t", compensate("s")),
        user("z"),
        flow("start", "a", "s", "t", "z"),
    )
    story = Story(process)
    for element in ("a", "b", "c", "undo-c", "undo-b"):
        story.complete(element)
    assert story.waiting == ["z"]
    assert "undo-a" not in story.completed


def test_a_terminated_activity_is_not_undone():
    process = draw(
        start(),
        undoable("a"),
        boundary("b", message(), "a"),
        throw("t", compensate()),
        user("z"),
        flow("start", "a"),
        flow("b", "t", "z"),
    )
    story = Story(process)
    story.message()
    assert story.waiting == ["z"]


def test_compensation_goes_on_beside_other_branches():
    process = draw(
        start(),
        fork("f"),
        undoable("a"),
        throw("t", compensate()),
        user("after"),
        user("beside"),
        flow("start", "f", "a", "t", "after"),
        flow("f", "beside"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["beside", "undo-a"]
    story.complete("beside")
    assert story.waiting == ["undo-a"]
    story.complete("undo-a")
    assert story.waiting == ["after"]


def test_a_handler_may_repeat_and_may_call():
    process = draw(
        start(),
        user("a"),
        undo("b", "a", "h"),
        user("h", for_compensation=True, loop=each("= [1, 2]", "it")),
        user("c"),
        undo("d", "c", "k"),
        call("k", "child", for_compensation=True),
        throw("t", compensate()),
        user("z"),
        flow("start", "a", "c", "t", "z"),
    )
    story = Story(process)
    story.complete("a")
    story.complete("c")
    assert [step.element for step in story.steps.values()] == ["k"]
    story.do(ChildFinished(story.step("k").step, {}))
    assert story.waiting == ["h", "h"]
    story.complete("h")
    story.complete("h")
    assert story.waiting == ["z"]


def test_a_handlers_mappings_see_the_past_and_write_the_present():
    process = draw(
        start(),
        user("a"),
        undo("b", "a", "h"),
        script("h", "= seen", "got", for_compensation=True, ins={"seen": "= x"}, outs={"undone": "= got"}),
        script("later", "= 99", "x"),
        throw("t", compensate()),
        user("z"),
        flow("start", "a", "later", "t", "z"),
    )
    story = Story(process)
    story.complete("a", x=1)
    assert story.variables["undone"] == 1
    assert story.variables["x"] == 99


def test_an_error_of_a_handler_is_caught_around_the_throw():
    process = draw(
        start(),
        sub(
            "s",
            start("is"),
            undoable("a"),
            end("t", compensate()),
            flow("is", "a", "t"),
        ),
        boundary("e", error("E"), "s"),
        user("z"),
        flow("start", "s"),
        flow("e", "z"),
    )
    story = Story(process)
    story.complete("a")
    story.throw("undo-a", "E")
    assert story.waiting == ["z"]


# --- transactions -------------------------------------------------------------------------------------------------


def transaction(*parts, **more):
    return sub("tx", *parts, kind=Kind.TRANSACTION, **more)


def test_a_cancelled_transaction_stops_undoes_and_leaves_by_its_cancel_event():
    process = draw(
        start(),
        transaction(
            start("is"),
            fork("f"),
            undoable("a"),
            undoable("b"),
            user("open"),
            user("decide"),
            end("no", CANCEL),
            flow("is", "f", "a", "b", "decide", "no"),
            flow("f", "open"),
        ),
        boundary("c", CANCEL, "tx"),
        user("sorry"),
        user("fine"),
        flow("start", "tx", "fine"),
        flow("c", "sorry"),
    )
    story = Story(process)
    for element in ("a", "b", "decide"):
        story.complete(element)
    assert story.waiting == ["undo-b"], "nothing else of the transaction goes on"
    story.complete("undo-b")
    assert story.waiting == ["undo-a"]
    story.complete("undo-a")
    assert story.waiting == ["sorry"]


def test_a_transaction_that_completes_can_still_be_undone_later():
    process = draw(
        start(),
        transaction(start("is"), undoable("a"), end("ok"), flow("is", "a", "ok")),
        throw("t", compensate()),
        user("z"),
        flow("start", "tx", "t", "z"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["undo-a"]


def test_an_error_leaves_a_transaction_without_undoing_anything():
    process = draw(
        start(),
        transaction(start("is"), undoable("a"), end("bad", error("E")), flow("is", "a", "bad")),
        boundary("e", error("E"), "tx"),
        user("z"),
        flow("start", "tx"),
        flow("e", "z"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["z"]


def test_a_cancelled_transaction_also_undoes_completed_sub_processes_in_it():
    process = draw(
        start(),
        transaction(
            start("is"),
            sub("s", start("ss"), undoable("a"), flow("ss", "a")),
            end("no", CANCEL),
            flow("is", "s", "no"),
        ),
        boundary("c", CANCEL, "tx"),
        user("sorry"),
        flow("start", "tx"),
        flow("c", "sorry"),
    )
    story = Story(process)
    story.complete("a")
    story.complete("undo-a")
    assert story.waiting == ["sorry"]


def test_one_cancelled_item_cancels_the_whole_repeated_transaction():
    process = draw(
        start(),
        transaction(start("is"), user("a"), end("no", CANCEL), flow("is", "a", "no"), loop=each("= [1, 2]")),
        boundary("c", CANCEL, "tx"),
        user("sorry"),
        flow("start", "tx"),
        flow("c", "sorry"),
    )
    story = Story(process)
    story.complete("a")
    assert story.waiting == ["sorry"]


def test_a_cancel_nobody_catches_is_an_incident_and_not_an_ordinary_end():
    process = draw(
        start(),
        transaction(start("is"), end("no", CANCEL), flow("is", "no")),
        user("after"),
        flow("start", "tx", "after"),
    )
    story = Story(process)
    assert story.troubled == ["no"]
    assert story.waiting == []
