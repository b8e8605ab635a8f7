"""What is shipped passes its own deploy check without an error, and every scenario holds."""

from pathlib import Path

import pytest

from bpmn.bundle import load
from bpmn.checking.sentences import sentence
from workflows import deploying
from workflows.scenarios import play_file

PROCESSES = Path(__file__).resolve().parent.parent.parent / "bpmn" / "processes"
SCENARIOS = sorted(PROCESSES.glob("*/*.scenario.yaml"))


@pytest.mark.django_db
def test_the_shipped_set_deploys_without_an_error():
    files = deploying.read_paths(sorted(path for path in PROCESSES.iterdir() if path.is_dir()))
    findings = deploying.check_files(files, deploying.catalogue())
    assert [sentence(finding) for finding in findings if finding.severity == "error"] == []


ABOUT = {
    "customer-level-change": "level_change",
    "complaint-escalation": "service_request",
    "marketing-plan-approval": "marketing_plan",
    "service-dispatch": "work_order",
    "level-review": "",
}


@pytest.mark.parametrize("folder", sorted(path for path in PROCESSES.iterdir() if path.is_dir()), ids=lambda p: p.name)
def test_every_process_says_which_record_it_is_about(folder):
    """Without the property its page would offer to start it about nothing."""
    bundle = load({path.name: path.read_bytes() for path in folder.iterdir()})[0]
    assert bundle.process.record_kind == ABOUT[folder.name]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_scenario(scenario):
    result = play_file(scenario)
    assert result.ok, (result.failed, result.refused)
