"""Signers and what else happens to their process: operators, incidents, compensation, other versions."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.engine.drawing import compensate, draw, end, flow, script, start, throw, undo, user
from tests.unit.engine.driver import Story
from tests.unit.engine.signers import add, own, plain, sign
from workflows.engine import compile_definition, inspect, step_variables
from workflows.engine.api import CompleteStep, Entry, Modify, SetVariables, StimulusRefused
from workflows.engine.migrating import Plan, migrate
from workflows.engine.migrating.fitting import Fitting

GOLDEN = Path(__file__).parent / "golden" / "signing-v1.b64"


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
