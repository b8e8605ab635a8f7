"""The process of marketing plans as it is shipped deploys without a single finding, and its stories miss nothing."""

from __future__ import annotations

import pytest

from bpmn.checking.sentences import sentence
from bpmn.queries import live_version
from tests.crm import PROCESSES, deploy
from tests.scenarios.coverage import coverage_of
from web.process_words import people_steps
from workflows import deploying

FOLDER = PROCESSES / "marketing-plan-approval"


@pytest.mark.django_db
def test_nothing_speaks_against_deploying_it(clock):
    deployed = deploying.deploy(actor=None, files=deploying.read_paths([FOLDER]))
    assert [sentence(found) for found in deployed.findings if found.severity != "notice"] == []
    assert [version.definition.key for version in deployed.stored.versions] == ["marketing-plan-approval"]


@pytest.mark.django_db
def test_people_read_its_steps_in_the_order_they_come():
    deploy("marketing-plan-approval")
    steps = people_steps(live_version("marketing-plan-approval").pk)
    usual = ["draft", "evaluate", "give-opinion", "approve", "meet-condition", "carry-out-activity", "evaluate-effect"]
    assert [step for step in steps if step in usual] == usual


def test_a_missing_story_shows():
    kept = [path for path in sorted(FOLDER.glob("*.scenario.yaml")) if path.name[:2] not in {"07", "12", "13", "15"}]
    found = coverage_of(FOLDER, kept)
    assert {"express--reserve-budget", "money-short--send-back", "time-is-up--run-over"} <= found.flows
    assert {"express-approved", "policy-changed-later", "money-short", "time-is-up"} <= found.nodes
    assert found.rules == {"plan_authority_rule_3"}
