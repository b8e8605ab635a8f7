"""`manage.py migrate_instances` and what it says."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from tests.commands.migrating.moves import deploy_both, process, version_of
from tests.support import running
from workflows.migrating import commands
from workflows.models import MigrationBatch

pytestmark = pytest.mark.django_db


def run(capsys, *arguments):
    """Exit status and JSON."""
    status: object = 0
    try:
        call_command("migrate_instances", "work", "--from", "1", "--to", "2", "--json", *arguments)
    except SystemExit as end:
        status = end.code
    return status, json.loads(capsys.readouterr().out)


def test_it_works(capsys):
    instance = deploy_both(process("do"), process("check"))
    status, seen = run(capsys, "--preview")
    assert (status, seen["total"], seen["needs-a-choice"]) == (2, 1, 1)
    assert seen["groups"][0]["problems"][0]["reason"] == "element-gone"
    assert version_of(instance) == 1
    status, seen = run(capsys, "--preview", "--map", "do=check")
    assert (status, seen["safe"]) == (0, 1)
    status, done = run(capsys, "--map", "do=check")
    assert (status, done["migrated"], done["stay"]) == (0, 1, [])
    assert running.waiting_at(instance) == ["check"]


def test_what_stays_is_listed(capsys):
    running.deploy(process("one", "two"))
    stays, moves = running.start("work"), running.start("work")
    running.complete(stays, "one")
    running.deploy(process("one"))
    status, done = run(capsys)
    assert (status, done["migrated"], done["left"]) == (2, 1, 1)
    assert done["stay"][0]["instance"] == str(stays.pk)
    assert (version_of(moves), version_of(stays)) == (2, 1)


def test_a_batch_that_was_cut_off_is_finished_first(capsys):
    deploy_both(process("do"), process("do", "check"))
    commands.start_migration(actor=None, process_key="work", source=1, target=2)
    late = running.start("work")
    with pytest.raises(CommandError):
        call_command("migrate_instances", "work", "--from", "1", "--to", "2")
    assert MigrationBatch.objects.get().status == "finished"
    assert version_of(late) == 2


@pytest.mark.parametrize("arguments", [["--map", "do"], ["--map", "=x"], ["--map", "do=nowhere"], ["--to", "9"]])
def test_hostile_arguments(arguments):
    deploy_both(process("do"), process("do", "check"))
    with pytest.raises(CommandError):
        call_command("migrate_instances", "work", "--from", "1", "--to", "2", *arguments)
