"""Deploying: as a set or not at all, an unchanged set changes nothing, the company's own versions are kept."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError

from bpmn.checking.sentences import sentence
from bpmn.models import ProcessVersion
from tests.support.diagrams import call, diagram, end, service, start, user
from tests.support.people import person
from workflows import compiling, deploying, shipping
from workflows.exceptions import DeploymentRefused, NotPermitted
from workflows.models import StartTimer
from workflows.registry import service_task

pytestmark = pytest.mark.django_db

GOOD = diagram("good", "begin -> work -> done", begin=start(), work=user(assignee="alice"), done=end())
BAD = diagram("bad", "begin -> work -> done", begin=start(), work=service("test.nobody"), done=end())
CALLER = diagram("caller", "begin -> visit -> done", begin=start(), visit=call("good"), done=end())


def run(*arguments: str) -> tuple[int, dict]:
    out = StringIO()
    try:
        call_command("deploy", *arguments, "--json", stdout=out)
    except SystemExit as ending:
        return int(ending.code or 0), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def write(folder: Path, **files: bytes) -> Path:
    for name, content in files.items():
        (folder / f"{name}.bpmn").write_bytes(content)
    return folder


def test_it_works(tmp_path):
    status, answer = run(str(write(tmp_path, good=GOOD)))
    assert (status, answer["ok"]) == (0, True)
    assert answer["deployed"] == [{"process": "good", "version": 1}]
    assert ProcessVersion.objects.get().status == ProcessVersion.Status.LIVE


def test_an_unchanged_set_makes_no_new_version(tmp_path):
    run(str(write(tmp_path, good=GOOD)))
    status, answer = run(str(tmp_path))
    assert (status, answer["deployed"]) == (0, [])
    assert answer["unchanged"] == [{"process": "good", "version": 1}]


def test_one_bad_file_refuses_the_whole_set(tmp_path):
    status, answer = run(str(write(tmp_path, good=GOOD, bad=BAD)))
    assert (status, answer["ok"]) == (2, False)
    (error,) = [finding for finding in answer["findings"] if finding["severity"] == "error"]
    assert error["element"] == "work"
    assert "test.nobody" in error["message"]
    assert not ProcessVersion.objects.exists()


def test_a_registered_handler_is_accepted(tmp_path):
    @service_task("test.nobody")
    def somebody(step):
        """Now it exists."""

    assert run(str(write(tmp_path, bad=BAD)))[0] == 0


def test_a_call_may_lead_into_the_same_set(tmp_path):
    assert run(str(write(tmp_path, caller=CALLER)))[0] == 2
    assert run(str(write(tmp_path, caller=CALLER, good=GOOD)))[0] == 0


def test_check_only_changes_nothing(tmp_path):
    assert run(str(write(tmp_path, good=GOOD)), "--check")[0] == 0
    assert not ProcessVersion.objects.exists()


def test_malformed_xml_is_refused_with_its_line(tmp_path):
    status, answer = run(str(write(tmp_path, broken=b"<?xml version='1.0'?>\n<definitions>\n<process")))
    assert status == 2
    assert answer["findings"][0]["line"] >= 2


def test_what_the_engine_cannot_run_is_refused(monkeypatch):
    from workflows.engine import DefinitionRefused

    def refuse(process, functions):
        raise DefinitionRefused("work", "it lost a node")

    monkeypatch.setattr(compiling, "compile_definition", refuse)
    deployed = deploying.deploy(actor=None, files={"good.bpmn": GOOD})
    assert deployed.is_refused
    assert "it lost a node" in sentence(deployed.findings[-1])
    assert not ProcessVersion.objects.exists()


def test_a_missing_path_is_wrong_use(tmp_path):
    with pytest.raises(CommandError):
        call_command("deploy", str(tmp_path / "nowhere.bpmn"))


@pytest.mark.parametrize("options", [[], ["--check"]])
def test_a_database_without_tables_is_said_in_a_sentence(tmp_path, monkeypatch, options):
    def asked() -> None:
        raise ProgrammingError('relation "accounts_role" does not exist\nLINE 1: ...')

    monkeypatch.setattr(deploying, "catalogue", asked)
    with pytest.raises(CommandError, match=r"migrate.* relation .* does not exist$"):
        call_command("deploy", str(write(tmp_path, good=GOOD)), *options)


def test_the_outsider_may_not_publish():
    with pytest.raises(NotPermitted):
        deploying.deploy(actor=person("charlie"), files={"good.bpmn": GOOD})


def test_start_timers_are_planned(tmp_path, clock):
    timed = diagram("timed", "begin -> done", begin=start(timer="R/PT1H"), done=end())
    assert run(str(write(tmp_path, timed=timed)))[0] == 0
    assert StartTimer.objects.get().due > clock.now()


def test_the_shipped_set_is_deployed_once(tmp_path):
    write(tmp_path, good=GOOD)
    assert len(shipping.deploy_shipped(tmp_path).stored.versions) == 1
    assert not shipping.deploy_shipped(tmp_path).stored.versions


def test_a_newer_shipped_version_replaces_the_shipped_one(tmp_path):
    shipping.deploy_shipped(write(tmp_path, good=GOOD))
    shipping.deploy_shipped(write(tmp_path, good=GOOD.replace(b'name="work"', b'name="Work"')))
    assert ProcessVersion.objects.get(status=ProcessVersion.Status.LIVE).number == 2


def test_the_companys_own_version_is_kept(tmp_path):
    shipping.deploy_shipped(write(tmp_path, good=GOOD))
    own = GOOD.replace(b'name="work"', b'name="Ours"')
    deploying.deploy(actor=None, files={"good.bpmn": own}, note="ours")
    shipping.deploy_shipped(write(tmp_path, good=GOOD.replace(b'name="work"', b'name="Work"')))
    assert ProcessVersion.objects.get(status=ProcessVersion.Status.LIVE).deployment.note == "ours"


def test_a_shipped_set_that_is_refused_says_why(tmp_path):
    with pytest.raises(DeploymentRefused, match=r"test\.nobody"):
        shipping.deploy_shipped(write(tmp_path, bad=BAD))
