"""Whatever a file holds, it is refused with a finding or accepted: no crash, no wait over 5 s, no 500 MB of memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.unit.bpmn.hostile import HOSTILE

SECONDS = 5.0
MEGABYTES = 500
RIGHT = {
    "style sheet", "byte order mark", "utf-16", "99,000 elements", "10 MB of documentation", "5,000 flow nodes",
    "a fork of 2,000", "a thousand flows between two gateways",
}  # fmt: skip
"""Unusual, and nothing speaks against them."""

PROGRAM = """
import json, os, resource, sys, time
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
import django
django.setup()
from bpmn.checking.sentences import sentence
from bpmn.importing import convert
from bpmn.xml import XmlRefused
from tests.unit.bpmn.hostile import HOSTILE
from workflows import deploying

known = deploying.standalone_catalogue()

def play(name):
    begun = time.process_time()
    findings = deploying.check_files({"x.bpmn": HOSTILE[name]}, known)
    words = [(found.severity.value, found.code, sentence(found)) for found in findings]
    seconds = time.process_time() - begun
    try:
        convert("x.bpmn", HOSTILE[name])
    except XmlRefused:
        pass
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"name": name, "seconds": seconds, "both": time.process_time() - begun, "megabytes": most,
                      "errors": [code for severity, code, _ in words if severity == "error"][:3],
                      "silent": [code for _, code, text in words if text == code]}), flush=True)

for name in HOSTILE:
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
        play(name)
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.fixture(scope="module")
def told() -> dict[str, dict]:
    """What became of each file, in a process of its own: a server would die of what kills it."""
    made = subprocess.run(  # noqa: S603
        [sys.executable, "-c", PROGRAM],
        capture_output=True, text=True, check=False, timeout=600, env={**os.environ, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    lines = [json.loads(line) for line in made.stdout.splitlines()]
    return {line["name"]: line for line in lines}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_or_right(name: str, told: dict[str, dict]):
    assert name in told, "it crashed, or took more than 30 seconds"
    assert told[name]["both"] < SECONDS
    assert told[name]["megabytes"] < MEGABYTES
    assert not told[name]["silent"]
    if name in RIGHT:
        assert not told[name]["errors"]
