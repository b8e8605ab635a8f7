"""Zeebe's own scenario files hold on our engine; those made to fail fail where they say."""

from dataclasses import replace
from pathlib import Path

import pytest

from bpmn.scenario import Answers
from tests.unit.scenarios.zeebe.convert import Story, stories_of
from workflows.engine.api import LogKind
from workflows.scenarios import play

FOLDER = Path(__file__).resolve().parents[5] / "shared" / "models" / "zeebe-spec"
FILES = sorted(FOLDER.glob("*/src/test/resources/**/*.yaml"))
MADE_TO_FAIL = {
    # its name says so: B cannot be completed because nobody works on it
    ("core/src/test/resources/demo-fail-verification.yaml", "fail-verification", 0): {
        "completed": {"Activity_04nignu": 1}
    },
    # its description says so: the worker answers 2
    ("junit-extension/src/test/resources/demo.yaml", "has variable from task", 0): {"variables": {"x": 1}},
    # the workers complete both instances and nobody terminates the second one
    ("junit-extension/src/test/resources/demo2.yaml", "complete process", 1): {"end": []},
}
STORIES = [
    pytest.param(
        story,
        MADE_TO_FAIL.get((str(file.relative_to(FOLDER)), story.case, sum(one.case == story.case for one in before))),
        id=f"{file.relative_to(FOLDER).parts[0]}/{file.stem}/{story.case}",
    )
    for file in FILES
    for stories in [list(stories_of(file))]
    for at, story in enumerate(stories)
    for before in [stories[:at]]
]
EXTERNAL_WORKER = {"external-worker": {"x": 6}}  # the worker their test brings along: x + 1

absent = pytest.mark.skipif(not FILES, reason=f"NOT RUN: the folder {FOLDER} with Zeebe's scenario files is absent")


@absent
@pytest.mark.parametrize(("story", "broken"), STORIES)
def test_zeebe_spec(story: Story, broken):
    result = play(_with_their_worker(story), story.files)
    assert not result.refused
    if broken is None:
        assert result.failed is None, (result.failed, result.waiting, result.incidents)
        assert story.broken_claims(result) == []
    else:
        assert result.failed is not None
        assert result.failed.expected == broken


@absent
def test_zeebe_spec_is_complete():
    """All of their files are read, and every demonstration of a failure is among them."""
    assert len(FILES) >= 15
    assert sum(param.values[1] is not None for param in STORIES) == len(MADE_TO_FAIL)


@absent
def test_zeebe_spec_claims_can_fail():
    """A claim on the log is no decoration: without the entries it speaks of it is broken."""
    claimed = [param.values[0] for param in STORIES if param.values[0].claims]
    assert len(claimed) >= 4
    for story in claimed:
        result = play(story.scenario, story.files)
        kept = [one for one in result.log if one[2].kind not in {LogKind.CANCELLED, LogKind.INCIDENT}]
        assert story.broken_claims(replace(result, log=tuple(kept)))


def _with_their_worker(story: Story):
    handlers = dict(story.scenario.handlers)
    for job, answer in EXTERNAL_WORKER.items():
        if job in handlers:
            handlers[job] = (Answers(answer),)
    return replace(story.scenario, handlers=handlers)
