"""Signers added to an open user task: before, beside and after it, in chains, and within limits."""

import pytest

from tests.unit.engine.driver import Story
from tests.unit.engine.signers import add, asked, own, plain, refusal, sign
from workflows.engine import step_variables
from workflows.engine.api import AddSigner, Closing, CompleteStep, Unsigned
from workflows.engine.signing import MAX_DEPTH, MAX_SIGNERS


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
