"""Signers in the stories of engine tests: added, asked, signing, refused."""

import pytest

from tests.unit.engine.drawing import draw, end, flow, start, user
from workflows.engine.api import AddSigner, CompleteStep, SigningRefused


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
