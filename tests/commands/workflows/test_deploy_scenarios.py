"""Deploying proves the stories told about a set: one that does not hold refuses all of it."""

from __future__ import annotations

import pytest

from bpmn.checking.sentences import sentence
from bpmn.models import ProcessVersion
from tests.support.diagrams import call, diagram, end, service, start, user
from workflows import deploying, proving
from workflows.scenarios import playing

pytestmark = pytest.mark.django_db

GOOD = diagram("good", "begin -> work -> done", begin=start(), work=user(assignee="alice"), done=end())
HOLDS = b"name: done at once\nmodel: good.bpmn\nsteps:\n  - complete: work\n  - expect: {ended: true}\n"


def deploy(**files: bytes) -> deploying.Deployed:
    named = {name.replace("__", "."): data for name, data in files.items()}
    return deploying.deploy(actor=None, files=named)


def told(result: deploying.Deployed) -> list[tuple[str, str, int]]:
    return [(found.code, found.file, found.line) for found in result.findings if found.severity == "error"]


def test_a_set_whose_stories_hold_goes_live():
    result = deploy(good__bpmn=GOOD, a__scenario__yaml=HOLDS)
    assert not result.is_refused
    assert ProcessVersion.objects.count() == 1


def test_a_story_that_does_not_hold_refuses_the_set_and_says_where():
    """Scenario, step, what was expected and what is true, in both languages."""
    broken = HOLDS.replace(b"{ended: true}", b"{waiting: [work]}")
    result = deploy(good__bpmn=GOOD, a__scenario__yaml=HOLDS, b__scenario__yaml=broken)
    assert told(result) == [("scenario-broken", "b.scenario.yaml", 5)]
    found = next(found for found in result.findings if found.code == "scenario-broken")
    assert (found.values["scenario"], found.values["step"]) == ("done at once", 2)
    assert '{"waiting": ["work"]}' in sentence(found, "en")
    assert '{"waiting": []}' in sentence(found, "zh-hans")
    assert not ProcessVersion.objects.exists()


def test_a_story_without_an_answer_for_a_function_is_refused_by_name():
    """The server would ask the company's own people, a story has to say who they are."""
    asking = diagram("good", "begin -> work -> done", begin=start(), work=user(assignee="=head of(unit)"), done=end())
    result = deploy(good__bpmn=asking, a__scenario__yaml=HOLDS)
    assert told(result) == [("scenario-function-missing", "a.scenario.yaml", 1)]
    assert "head of" in sentence(result.findings[-1])
    answered = HOLDS + b"functions: {head of: bob}\n"
    assert not deploy(good__bpmn=asking, a__scenario__yaml=answered).is_refused


def test_a_story_about_another_diagram_is_left_out_with_a_notice():
    """One diagram of a folder may be deployed without the others."""
    result = deploy(good__bpmn=GOOD, a__scenario__yaml=HOLDS.replace(b"good.bpmn", b"other.bpmn"))
    assert not result.is_refused
    assert "scenario-of-nothing" in [found.code for found in result.findings]


def test_a_story_that_names_no_diagram_plays_on_the_only_one_of_its_folder():
    unnamed = HOLDS.replace(b"model: good.bpmn\n", b"").replace(b"ended: true", b"ended: false")
    assert told(deploy(good__bpmn=GOOD, a__scenario__yaml=unnamed)) == [("scenario-broken", "a.scenario.yaml", 4)]


def test_a_story_may_lead_into_a_process_that_is_live_already():
    deploy(good__bpmn=GOOD)
    caller = diagram("caller", "begin -> visit -> done", begin=start(), visit=call("good"), done=end())
    story = HOLDS.replace(b"good.bpmn", b"caller.bpmn")
    assert not deploy(caller__bpmn=caller, a__scenario__yaml=story).is_refused
    assert deploy(caller__bpmn=caller, a__scenario__yaml=story.replace(b"true", b"false")).is_refused


def test_a_story_that_goes_on_for_ever_is_stopped(monkeypatch):
    """A publisher waits seconds for an answer, not until somebody kills the server."""
    monkeypatch.setattr(proving, "SECONDS_EACH", 0.0)
    result = deploy(good__bpmn=GOOD, a__scenario__yaml=HOLDS + b"# slow\n")
    assert told(result)[0][0] == "scenario-broken-start"
    assert "takes longer" in result.findings[-1].values["actual"]


def test_all_stories_together_have_a_limit_too(monkeypatch):
    monkeypatch.setattr(proving, "SECONDS_TOGETHER", -1.0)
    result = deploy(good__bpmn=GOOD, a__scenario__yaml=HOLDS + b"# many\n")
    assert told(result) == [("scenarios-too-slow", "a.scenario.yaml", 1)]


def test_the_same_files_are_played_once(monkeypatch):
    """The page checks a set and deploys it a moment later; a changed story is played again."""
    played = []
    run = playing._Player.run

    def noted(player):
        played.append(player)
        return run(player)

    monkeypatch.setattr(playing._Player, "run", noted)
    for content in (HOLDS + b"# once\n", HOLDS + b"# once\n", HOLDS + b"# changed\n"):
        deploying.check_to_deploy({"good.bpmn": GOOD, "a.scenario.yaml": content})
    assert len(played) == 2


def test_what_the_check_refuses_is_not_played(monkeypatch):
    monkeypatch.setattr(deploying, "scenario_findings", lambda *_: pytest.fail("played"))
    bad = diagram("good", "begin -> work -> done", begin=start(), work=service("nobody"), done=end())
    assert deploy(good__bpmn=bad, a__scenario__yaml=HOLDS).is_refused
