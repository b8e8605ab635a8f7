"""Old seals let go of their heads, and whoever changes the history is found out as before."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.commands.history.story import World, begin, walked
from tests.commands.history.test_verify_history import damage, sealed, tamper
from tests.support import running
from workflows import commands, keeping
from workflows.archiving import commands as archive
from workflows.exceptions import HistoryNotWhole
from workflows.models import HistoryEvent, HistorySeal, ProcessInstance, SealedHead
from workflows.sealing import dropping
from workflows.sealing.findings import Fault
from workflows.sealing.verifying import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def instance(clock, alice, operator, django_capture_on_commit_callbacks):
    """A process sealed three times while it moved, beside an archived one and one that did not move any more."""
    other = walked(clock, alice, operator)
    found = begin(World())
    sealed(django_capture_on_commit_callbacks)
    archive.archive(actor=None, roots=[other.pk])
    for number in range(2):
        clock.advance(timedelta(days=1))
        move(found, number)
        sealed(django_capture_on_commit_callbacks)
    assert HistorySeal.objects.count() == 3
    return running.reload(found)


def move(instance, number=7):
    commands.change_variables(actor=None, instance_id=instance.pk, variables={"amount": number})


def drop(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return dropping.drop_old_heads()


def test_it_works(instance, django_capture_on_commit_callbacks):
    """One head a chain is left, at its last sealed length, archived ones included; everything is still proved."""
    chains = SealedHead.objects.values("instance").distinct().count()
    assert SealedHead.objects.count() > chains
    made = drop(django_capture_on_commit_callbacks)
    assert (made.number, made.count, made.heads_from) == (4, chains, 4)
    assert SealedHead.objects.count() == chains
    assert set(SealedHead.objects.values_list("seal", flat=True)) == {4}
    report = verify()
    assert (report.is_whole, report.seals, report.counts[Fault.UNSIGNED]) == (True, 4, 0)
    assert drop(django_capture_on_commit_callbacks) is None
    move(instance)
    sealed(django_capture_on_commit_callbacks)
    assert drop(django_capture_on_commit_callbacks).number == 6
    assert verify().is_whole


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("DELETE FROM workflows_historyevent WHERE instance_id = %s AND sequence = 2", Fault.MISSING),
        ("UPDATE workflows_historyevent SET data = '{}' WHERE instance_id = %s AND sequence = 2", Fault.ALTERED),
        ("UPDATE workflows_historyevent SET kind = 'flow' WHERE instance_id = %s AND sequence = 2", Fault.ALTERED),
        ("DELETE FROM workflows_sealedhead WHERE instance = %s", Fault.ALTERED),
        ("UPDATE workflows_sealedhead SET length = length - 1 WHERE instance = %s", Fault.ALTERED),
    ],
)
def test_what_happened_before_is_still_protected(instance, sql, fault, django_capture_on_commit_callbacks):
    drop(django_capture_on_commit_callbacks)
    tamper(sql, instance.pk)
    assert fault in {found.fault for found in damage()}


def test_a_tail_cut_off_is_missing_although_the_instance_agrees(instance, django_capture_on_commit_callbacks):
    drop(django_capture_on_commit_callbacks)
    length = instance.history_length
    tamper("DELETE FROM workflows_historyevent WHERE instance_id = %s AND sequence = %s", instance.pk, length)
    last = HistoryEvent.objects.get(instance=instance, sequence=length - 1)
    ProcessInstance.objects.filter(pk=instance.pk).update(history_length=length - 1, history_head=last.link)
    assert [(found.fault, found.first) for found in damage()] == [(Fault.MISSING, length)]


@pytest.mark.parametrize("change", ["heads_from = 0", "heads_from = 9", "root = previous"])
def test_what_the_carrying_seal_says_is_signed(instance, change, django_capture_on_commit_callbacks):
    """Nobody can say of a seal that it carries on what it does not."""
    drop(django_capture_on_commit_callbacks)
    tamper(f"UPDATE workflows_historyseal SET {change} WHERE number = 4")
    assert (Fault.ALTERED, 4) in {(found.fault, found.seal) for found in damage()}


def test_a_seal_that_claims_to_carry_on_does_not_excuse_missing_heads(instance):
    """Heads are deleted and the last seal is changed to look as if it had carried them on."""
    tamper("DELETE FROM workflows_sealedhead WHERE seal_id = 1", times=SealedHead.objects.filter(seal=1).count())
    tamper("UPDATE workflows_historyseal SET heads_from = 3 WHERE number = 3")
    assert {(found.fault, found.seal) for found in damage()} >= {(Fault.ALTERED, 1), (Fault.ALTERED, 3)}


def test_a_damaged_history_keeps_all_its_heads(instance, django_capture_on_commit_callbacks):
    """A head that is dropped could be the one that tells."""
    heads = SealedHead.objects.count()
    tamper("UPDATE workflows_historyevent SET data = '{}' WHERE instance_id = %s AND sequence = 2", instance.pk)
    with pytest.raises(HistoryNotWhole):
        drop(django_capture_on_commit_callbacks)
    with pytest.raises(CommandError, match="verify_history"):
        call_command("drop_old_seals", stdout=StringIO())
    assert SealedHead.objects.count() == heads


def test_a_head_sealed_while_the_proof_ran_is_kept(instance, monkeypatch, django_capture_on_commit_callbacks):
    """Only what was proved is carried on; a seal made in between keeps its own heads."""

    def meanwhile(**_options):
        move(instance)
        sealed(django_capture_on_commit_callbacks)
        return verify()

    monkeypatch.setattr(dropping, "verify", meanwhile)
    made = drop(django_capture_on_commit_callbacks)
    assert (made.number, made.heads_from) == (5, 4)
    assert SealedHead.objects.filter(seal=4).exists()
    assert verify().is_whole


def test_the_daily_job_drops_them_after_a_while(instance, monkeypatch, clock, django_capture_on_commit_callbacks):
    monkeypatch.setattr(keeping, "KEPT", 3)
    clock.advance(timedelta(days=1))
    move(instance)
    with django_capture_on_commit_callbacks(execute=True):
        keeping.keep_history()
    assert HistorySeal.objects.order_by("-number")[0].heads_from == 5
    assert verify().is_whole
