"""The complaint process as it is shipped deploys without an error."""

from __future__ import annotations

import pytest

from tests.crm import PROCESSES
from workflows import deploying

pytestmark = pytest.mark.django_db


def test_nothing_speaks_against_deploying_it(clock):
    folders = [PROCESSES / "complaint-escalation", PROCESSES / "service-dispatch"]
    files = deploying.read_paths([folder for folder in folders if folder.is_dir()])
    deployed = deploying.deploy(actor=None, files=files)
    assert [(found.element, found.code) for found in deployed.findings if "complaint-escalation" in found.file] == []
    assert "complaint-escalation" in {version.definition.key for version in deployed.stored.versions}
