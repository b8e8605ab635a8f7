"""Signers added to an open user task: before, beside and after it, in every kind of activity and scope."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from bpmn.model import Kind
from tests.unit.engine.drawing import (
    boundary,
    compensate,
    draw,
    duration,
    each,
    end,
    flow,
    fork,
    node,
    script,
    start,
    sub,
    throw,
    undo,
    user,
)
from tests.unit.engine.driver import Story
from workflows.engine import compile_definition, inspect, step_variables
from workflows.engine.api import (
    AddSigner,
    Closing,
    CompleteStep,
    Entry,
    Modify,
    RemoveSigner,
    SetVariables,
    SigningRefused,
    StimulusRefused,
    ThrowError,
    Unsigned,
)
from workflows.engine.migrating import Plan, migrate
from workflows.engine.migrating.fitting import Fitting
from workflows.engine.signing import MAX_DEPTH, MAX_SIGNERS

GOLDEN = Path(__file__).parent / "golden" / "signing-v1.b64"


def plain(**more):
    return draw(start(), user("a", **more), user("b"), end(), flow("start", "a", "b", "end"))


def add(story, host, person, where="beside", *, advisory=False):
    """Add a signer at a step; their step's key, also where it is not open yet."""
    before = set(everybody(story))
    story.do(AddSigner(host.step if hasattr(host, "step") else host, person, where, advisory))
    (key,) = set(everybody(story)) - before
    return key


def everybody(story):
    from workflows.engine.views import load

    return {token.key for token in load(story.definition, story.state).all_tokens() if token.task_spec.is_signer}


def sign(story, person, outcome="approve", comment=None):
    (step,) = [step for step in story.steps.values() if step.signing and step.assignee == person]
    return story.do(CompleteStep(step.step, {"outcome": outcome} | ({"comment": comment} if comment else {})))


def asked(story):
    return sorted(step.assignee for step in story.steps.values() if step.signing)


def own(story, element="a"):
    return [step for step in story.steps.values() if step.element == element and not step.signing]


def refusal(story, stimulus):
    before = story.state
    with pytest.raises(SigningRefused) as refused:
        story.do(stimulus)
    assert story.state == before
    return refused.value.reason


# --- the three places -----------------------------------------------------------------------------------------------


def test_it_works():
    story = Story(plain())
    add(story, story.step("a"), "bob")
    assert asked(story) == ["bob"]
    (step,) = own(story)
    story.do(CompleteStep(step.step, {"answer": 1}))
    assert story.waiting == ["a"]
    assert not own(story), "what the holder had to do is done"
    sign(story, "bob", comment="fine")
    assert story.waiting == ["b"]
    assert story.variables == {"answer": 1}
    assert story.counts["a"] == 1


def test_beside_the_signer_may_be_first():
    story = Story(plain())
    add(story, story.step("a"), "bob")
    sign(story, "bob")
    assert [step.signing for step in story.steps.values()] == [""]
    story.complete("a", answer=1)
    assert story.waiting == ["b"]


def test_before_the_holder_waits_and_then_decides():
    story = Story(plain(outs={"said": "= signers[1].outcome", "answer": "= answer"}))
    (step,) = own(story)
    add(story, step, "bob", "before")
    assert refusal(story, CompleteStep(step.step, {"answer": 1})) is Unsigned.AWAITED
    sign(story, "bob", "reject", "too much")
    assert own(story) == [step], "the holder's step never left"
    story.do(CompleteStep(step.step, {"answer": 1}))
    assert story.variables == {"said": "reject", "answer": 1}


def test_after_the_signer_is_asked_once_the_holder_has_answered():
    story = Story(plain())
    (step,) = own(story)
    add(story, step, "bob", "after")
    add(story, step, "cara", "after")
    assert asked(story) == []
    story.do(CompleteStep(step.step, {"outcome": "approve", "amount": 7}))
    assert asked(story) == ["bob"], "one after another, in the order they were added"
    assert step_variables(story.definition, story.state, story.step("a").step)["amount"] == 7
    sign(story, "bob")
    assert asked(story) == ["cara"]
    sign(story, "cara")
    assert story.waiting == ["b"]
    assert story.variables == {"outcome": "approve", "amount": 7}


def test_after_comes_after_those_beside():
    story = Story(plain())
    (step,) = own(story)
    add(story, step, "bob", "after")
    add(story, step, "cara", "beside")
    story.do(CompleteStep(step.step, {}))
    assert asked(story) == ["cara"]
    sign(story, "cara")
    assert asked(story) == ["bob"]


@pytest.mark.parametrize("where", ["beside", "after"])
def test_who_does_not_approve_decides(where):
    story = Story(plain())
    (step,) = own(story)
    add(story, step, "bob", where)
    add(story, step, "cara", "after")
    if where == "after":
        story.do(CompleteStep(step.step, {"outcome": "approve", "comment": "mine", "amount": 7}))
    result = sign(story, "bob", "reject", "too much")
    assert story.waiting == ["b"]
    how = {closed.step: closed.how for closed in result.closed}
    if where == "beside":
        assert how[step.step] is Closing.CANCELLED, "nobody completed the holder's step"
        assert story.variables == {"outcome": "reject", "comment": "too much"}
    else:
        assert story.variables == {"outcome": "reject", "comment": "mine", "amount": 7}


def test_advice_decides_nothing():
    story = Story(plain())
    (step,) = own(story)
    add(story, step, "bob", "beside", advisory=True)
    sign(story, "bob", "reject")
    assert own(story) == [step]
    story.do(CompleteStep(step.step, {"outcome": "approve"}))
    assert story.variables == {"outcome": "approve"}


def test_the_holders_rejection_asks_nobody_else():
    story = Story(plain())
    (step,) = own(story)
    add(story, step, "bob", "after")
    add(story, step, "cara")
    story.do(CompleteStep(step.step, {"outcome": "reject"}))
    assert story.waiting == ["b"]


def test_what_signers_said_is_a_variable_of_the_activity():
    story = Story(plain(outs={"said": "= signers"}))
    (step,) = own(story)
    add(story, step, "bob", "before")
    signer = story.step("a", 2)
    story.do(CompleteStep(signer.step, {"outcome": "approve", "comment": "ok", "by": "dan", "risk": 3}))
    seen = step_variables(story.definition, story.state, step.step)["signers"]
    story.do(CompleteStep(step.step, {}))
    (said,) = story.variables["said"]
    assert seen == [said]
    assert said.pop("at").startswith("2026-01-05T09:00:00")
    assert said == {
        "person": "bob",
        "where": "before",
        "outcome": "approve",
        "comment": "ok",
        "by": "dan",
        "answers": {"risk": 3},
    }
    assert "risk" not in story.variables


def test_own_form_of_the_signers():
    story = Story(plain(form="plan", headers={"signerForm": "opinion"}))
    add(story, story.step("a"), "bob")
    assert [step.form for step in story.steps.values()] == ["plan", "opinion"]


# --- chains and limits ----------------------------------------------------------------------------------------------


def test_a_signer_asks_somebody_else():
    story = Story(plain())
    (step,) = own(story)
    bob = add(story, step, "bob", "before")
    cara = add(story, bob, "cara", "before")
    assert refusal(story, CompleteStep(bob, {})) is Unsigned.AWAITED
    sign(story, "cara", "reject")
    sign(story, "bob")
    assert own(story) == [step]
    assert cara not in story.steps


def test_a_no_at_the_end_of_a_chain_goes_up():
    story = Story(plain())
    bob = add(story, story.step("a"), "bob")
    cara = add(story, bob, "cara", "after")
    story.do(CompleteStep(bob, {"outcome": "approve"}))
    assert sorted(story.steps) == sorted([own(story)[0].step, cara])
    sign(story, "cara", "reject")
    assert story.waiting == ["b"]
    assert story.variables["outcome"] == "reject"


def test_chains_and_crowds_have_a_limit():
    story = Story(plain())
    host = story.step("a").step
    for number in range(MAX_DEPTH):
        host = add(story, host, f"deep{number}")
    assert refusal(story, AddSigner(host, "one")) is Unsigned.TOO_DEEP
    top = own(story)[0].step
    for number in range(MAX_SIGNERS - MAX_DEPTH):
        add(story, top, f"p{number}")
    assert refusal(story, AddSigner(top, "more")) is Unsigned.TOO_MANY
    sign(story, "p0")
    assert refusal(story, AddSigner(top, "more")) is Unsigned.TOO_MANY


# --- removing -------------------------------------------------------------------------------------------------------


def test_a_removed_signer_is_not_awaited():
    story = Story(plain())
    (step,) = own(story)
    bob = add(story, step, "bob", "before")
    result = story.do(RemoveSigner(bob))
    assert [closed.how for closed in result.closed] == [Closing.CANCELLED]
    story.do(CompleteStep(step.step, {}))
    assert story.waiting == ["b"]


def test_removing_the_last_one_lets_an_answered_activity_go():
    story = Story(plain())
    (step,) = own(story)
    bob = add(story, step, "bob")
    later = add(story, step, "cara", "after")
    story.do(CompleteStep(step.step, {"x": 1}))
    story.do(RemoveSigner(later))
    story.do(RemoveSigner(bob))
    assert story.waiting == ["b"]
    assert story.variables == {"x": 1}


def test_removing_takes_along_whom_they_asked():
    story = Story(plain())
    bob = add(story, story.step("a"), "bob")
    add(story, bob, "cara")
    story.do(RemoveSigner(bob))
    assert asked(story) == []


def test_who_has_answered_is_not_removed():
    story = Story(plain())
    bob = add(story, story.step("a"), "bob")
    add(story, bob, "cara", "after")
    story.do(CompleteStep(bob, {"outcome": "approve"}))
    assert refusal(story, RemoveSigner(bob)) is Unsigned.ANSWERED
    sign(story, "cara")
    with pytest.raises(StimulusRefused):
        story.do(RemoveSigner(bob))


def test_only_signers_are_removed_and_only_user_tasks_signed():
    story = Story(plain())
    assert refusal(story, RemoveSigner(story.step("a").step)) is Unsigned.NO_SIGNER
    for key in ("99", "", "x", "-1", "0"):
        with pytest.raises(StimulusRefused):
            story.do(RemoveSigner(key))
        with pytest.raises(StimulusRefused):
            story.do(AddSigner(key, "bob"))
    story = Story(draw(start(), node("m", Kind.MANUAL_TASK), end(), flow("start", "m", "end")))
    assert refusal(story, AddSigner(story.step("m").step, "bob")) is Unsigned.NO_USER_TASK


def test_nobody_is_added_to_a_task_that_was_answered():
    story = Story(plain())
    (step,) = own(story)
    add(story, step, "bob")
    story.do(CompleteStep(step.step, {}))
    with pytest.raises(StimulusRefused):
        story.do(AddSigner(step.step, "cara"))


# --- every kind of activity -----------------------------------------------------------------------------------------


def many(sequential, **more):
    loop = each("= people", "who", sequential=sequential, output="= {by: who, n: count(signers)}", collect="votes")
    return draw(
        start(),
        user("a", loop=replace(loop, **more)),
        user("b"),
        end(),
        flow("start", "a", "b", "end"),
    )


@pytest.mark.parametrize("where", ["before", "beside", "after"])
@pytest.mark.parametrize("sequential", [False, True])
def test_one_item_of_many_has_signers(sequential, where):
    story = Story(many(sequential), {"people": ["p", "q", "r"]})
    first = own(story)[0]
    add(story, first, "bob", where)
    if where != "after":
        sign(story, "bob")
    story.do(CompleteStep(first.step, {}))
    if where == "after":
        assert len([step for step in story.steps.values() if step.path == (1,)]) == 1
        sign(story, "bob")
    while own(story):
        story.do(CompleteStep(own(story)[0].step, {}))
    assert story.waiting == ["b"]
    assert [vote["n"] for vote in story.variables["votes"]] == [1, None, None]


def test_enough_votes_close_the_signers_of_the_others():
    story = Story(many(False, completion_condition="= numberOfCompletedInstances >= 1"), {"people": ["p", "q"]})
    first, second = own(story)
    add(story, second, "bob")
    add(story, second, "cara", "after")
    story.do(CompleteStep(first.step, {}))
    assert story.waiting == ["b"]


def test_signers_in_a_large_crowd_are_found_again():
    story = Story(many(False), {"people": [str(number) for number in range(200)]})
    host = own(story)[150]
    add(story, host, "bob", "before")
    assert refusal(story, CompleteStep(host.step, {})) is Unsigned.AWAITED
    sign(story, "bob")
    story.do(CompleteStep(host.step, {}))
    assert len(own(story)) == 199


def test_in_a_sub_process_whose_timer_ends_it():
    story = Story(
        draw(
            start(),
            sub("s", start("is"), user("a"), end("ie"), flow("is", "a", "ie")),
            boundary("t", duration("PT1H"), "s"),
            user("b"),
            user("late"),
            end(),
            flow("start", "s", "b", "end"),
            flow("t", "late"),
        )
    )
    bob = add(story, story.step("a"), "bob", "before")
    add(story, bob, "cara", "after")
    story.wait(hours=2)
    assert story.waiting == ["late"]


@pytest.mark.parametrize("answered", [False, True])
def test_the_activitys_own_timer_closes_everybody(answered):
    story = Story(
        draw(
            start(),
            user("a"),
            boundary("t", duration("PT1H"), "a"),
            boundary("tick", duration("PT10M"), "a", interrupting=False),
            user("note"),
            end(),
            flow("start", "a", "end"),
            flow("tick", "note"),
            flow("t", "end"),
        )
    )
    (step,) = own(story)
    add(story, step, "bob")
    if answered:
        story.do(CompleteStep(step.step, {}))
    story.wait(minutes=20)
    assert "note" in story.waiting
    assert asked(story) == ["bob"], "an event beside it ends nothing"
    story.wait(hours=1)
    assert story.waiting == ["note"]


def test_an_answered_activity_keeps_listening_until_its_signers_are_done():
    story = Story(draw(start(), user("a"), boundary("t", duration("PT1H"), "a"), end(), flow("start", "a", "end")))
    (step,) = own(story)
    add(story, step, "bob")
    story.do(CompleteStep(step.step, {}))
    assert len(story.timers) == 1
    sign(story, "bob")
    assert story.ended


def test_an_error_of_a_signer_is_caught_at_the_activity():
    from tests.unit.engine.drawing import error

    story = Story(
        draw(start(), user("a"), boundary("e", error("E"), "a"), user("b"), flow("start", "a"), flow("e", "b"))
    )
    bob = add(story, story.step("a"), "bob")
    story.do(ThrowError(bob, "E"))
    assert story.waiting == ["b"]


def test_cancelling_the_instance_closes_everybody():
    story = Story(plain())
    add(story, story.step("a"), "bob")
    add(story, story.step("a"), "cara", "after")
    story.cancel()
    assert story.ended


def test_a_branch_beside_is_not_disturbed():
    story = Story(
        draw(
            start(),
            fork("f"),
            user("a"),
            user("c"),
            fork("j"),
            user("b"),
            flow("start", "f", "a", "j", "b"),
            flow("f", "c", "j"),
        )
    )
    add(story, story.step("a"), "bob")
    sign(story, "bob", "reject")
    assert story.waiting == ["c"]
    story.complete("c")
    assert story.waiting == ["b"]


# --- what else happens to a process ---------------------------------------------------------------------------------


def test_an_operator_ends_the_activity_with_its_signers_and_never_a_signer_alone():
    story = Story(plain())
    (step,) = own(story)
    bob = add(story, step, "bob")
    with pytest.raises(StimulusRefused):
        story.do(Modify((), (bob,)))
    story.do(Modify((Entry("b"),), (step.step,)))
    assert story.waiting == ["b"]


def test_a_step_started_anew_has_no_signers():
    story = Story(plain())
    add(story, story.step("a"), "bob")
    story.do(Modify((Entry("a"),), ("a",)))
    assert [step.signing for step in story.steps.values()] == [""]


def test_an_error_while_leaving_is_an_incident_that_can_be_retried():
    story = Story(
        draw(
            start(),
            user("a", outs={"x": "= if ok = null then null else date and time(ok)"}),
            script("s", "= 1", "y"),
            end(),
            flow("start", "a", when=None),
            flow("a", "s", when="= go"),
            flow("s", "end"),
        ),
        {"go": "nonsense"},
    )
    (step,) = own(story)
    add(story, step, "bob")
    story.do(CompleteStep(step.step, {}))
    sign(story, "bob")
    assert story.troubled == ["a"]
    story.do(SetVariables({"go": True}))
    story.retry("a")
    assert story.ended


def test_compensation_sees_what_the_signers_said():
    story = Story(
        draw(
            start(),
            user("a"),
            undo("u", "a", "h"),
            user("h", for_compensation=True),
            throw("t", compensate()),
            end(),
            flow("start", "a", "t", "end"),
        )
    )
    add(story, story.step("a"), "bob")
    sign(story, "bob", comment="seen")
    story.complete("a")
    seen = step_variables(story.definition, story.state, story.step("h").step)
    assert seen["signers"][0]["comment"] == "seen"


def test_going_over_to_another_version_keeps_signers():
    story = Story(plain(form="plan"))
    (step,) = own(story)
    bob = add(story, step, "bob", "before")
    cara = add(story, step, "cara", "after")
    renamed = draw(start(), user("a2", form="new"), user("b"), end(), flow("start", "a2", "b", "end"))
    new = compile_definition(renamed)
    result = migrate(Fitting(story.definition, new, Plan({"a": "a2"})), story.state, story.ports)
    assert {kept.step: (kept.element, kept.form, kept.signing) for kept in result.kept} == {
        step.step: ("a2", "new", ""),
        bob: ("a2", "new", "before"),
    }
    story.definition, story.state = new, result.state
    story.steps = {kept.step: replace(kept, assignee="bob" if kept.signing else None) for kept in result.kept}
    sign(story, "bob")
    story.do(CompleteStep(step.step, {}))
    assert list(story.steps) == [cara]
    story.do(CompleteStep(cara, {"outcome": "approve"}))
    assert story.waiting == ["b"]


def test_a_step_that_begins_anew_in_the_new_version_loses_them():
    story = Story(plain())
    add(story, story.step("a"), "bob")
    new = compile_definition(draw(start(), user("c"), user("b"), end(), flow("start", "c", "b", "end")))
    result = migrate(Fitting(story.definition, new, Plan(end=frozenset({"a"}), mapping={"b": "b"})), *_beside(story))
    assert result.finished is not None or not [s for s in inspect(new, result.state).steps if s.signing]


def _beside(story):
    """The instance with a token elsewhere, too, so that something is left."""
    story.do(Modify((Entry("b"),)))
    return story.state, story.ports


def test_nothing_is_added_to_the_state_of_an_activity_without_signers():
    story = Story(plain())
    from workflows.engine.views import load

    (token,) = load(story.definition, story.state).all_tokens()
    assert set(token.internal_data) == {"p", "k"}


def test_a_stored_state_with_signers_is_read_for_ever():
    """The golden file was written when signers were new; it is never written again."""
    story = Story(plain())
    (step,) = own(story)
    bob = add(story, step, "bob", "before")
    add(story, step, "cara", "after", advisory=True)
    add(story, bob, "dan")
    sign(story, "dan", comment="ok")
    stored = base64.b64decode(GOLDEN.read_bytes())
    assert inspect(story.definition, stored) == inspect(story.definition, story.state)
    story.state = stored
    sign(story, "bob")
    story.do(CompleteStep(step.step, {}))
    sign(story, "cara", "reject")
    assert story.waiting == ["b"]
