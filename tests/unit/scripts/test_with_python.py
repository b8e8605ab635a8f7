"""Which Python runs the set-up: a suitable one with what it takes to make an environment, else a clear sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
NEEDED = ("sh", "dirname", "head")
OLD = 'case "$1" in --version) echo "Python 3.10.12";; *) exit 1;; esac'
BARE = 'case "$*" in *ensurepip*) exit 1;; *bootstrap*) echo "runs without ensurepip $*";; esac'
WHOLE = 'case "$*" in *bootstrap*) echo "runs whole $*";; esac'


@pytest.fixture
def machine(tmp_path):
    """A machine with hardly anything on its path."""
    for name in NEEDED:
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    return tmp_path


def _python(machine: Path, name: str, behaviour: str) -> None:
    program = machine / name
    program.write_text(f"#!/bin/sh\n{behaviour}\n")
    program.chmod(0o755)


def _run(machine: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(machine), "LC_ALL": "C"}
    command = [str(CHECKOUT / "scripts" / script), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=20)


def test_without_python_it_says_so(machine):
    done = _run(machine, "start")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Baton needs Python 3.11 or newer, and this machine has no Python.\n"


def test_an_old_python_is_named_once(machine):
    _python(machine, "python3", OLD)
    _python(machine, "python", OLD)
    done = _run(machine, "test")
    assert done.returncode == 1
    assert done.stderr == "Baton needs Python 3.11 or newer, and this machine has Python 3.10.12.\n"


def test_a_python_that_can_make_environments_is_preferred(machine):
    """A distribution's own Python often lacks ensurepip while another one beside it is complete."""
    _python(machine, "python3.11", BARE)
    _python(machine, "python3.13", WHOLE)
    assert _run(machine, "start", "--port", "1").stdout.startswith("runs whole")


def test_one_without_ensurepip_may_still_say_what_to_install(machine):
    _python(machine, "python3", BARE)
    assert _run(machine, "start").stdout.startswith("runs without ensurepip")


def test_the_one_asked_for_comes_first_and_arguments_arrive_as_they_are(machine, monkeypatch):
    _python(machine, "python3.11", BARE)
    _python(machine, "mine", WHOLE)
    environment = {"PATH": str(machine), "BATON_PYTHON": str(machine / "mine")}
    command = [str(CHECKOUT / "scripts" / "test"), "tests/a b", "-k", "x"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=os.sep)
    assert done.stdout == "runs whole -B -X utf8 -m scripts.bootstrap test tests/a b -k x\n"
