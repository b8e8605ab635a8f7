"""What is shipped passes its own deploy check without an error, and every scenario holds."""

from pathlib import Path

import pytest

from workflows import deploying
from workflows.scenarios import play_file

PROCESSES = Path(__file__).resolve().parent.parent.parent / "bpmn" / "processes"
SCENARIOS = sorted(PROCESSES.glob("*/*.scenario.yaml"))


@pytest.mark.django_db
def test_the_shipped_set_deploys_without_an_error():
    files = deploying.read_paths(sorted(path for path in PROCESSES.iterdir() if path.is_dir()))
    findings = deploying.check_files(files, deploying.catalogue())
    assert [deploying.finding_sentence(finding) for finding in findings if finding.severity == "error"] == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_scenario(scenario):
    result = play_file(scenario)
    assert result.ok, (result.failed, result.refused)
