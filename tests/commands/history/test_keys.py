"""The signing key: lost ones are told and never replaced unseen, changed ones leave old seals checkable."""

from __future__ import annotations

import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.commands.history.story import World, begin
from tests.support import running
from workflows import keeping
from workflows.exceptions import SigningKeyMissing
from workflows.models import HistorySeal
from workflows.sealing import keys
from workflows.sealing.commands import seal
from workflows.sealing.findings import Fault
from workflows.sealing.verifying import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def instance(clock):
    found = begin(World())
    seal()
    running.complete(found, "ask")
    return found


def said(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_lost_key_is_not_replaced_unseen(instance, settings):
    """Otherwise whoever can delete the file could have everything sealed anew."""
    (settings.HISTORY_KEY_DIR / keys.KEY_FILE).unlink()
    with pytest.raises(SigningKeyMissing, match="renew_history_key"):
        seal()
    with pytest.raises(CommandError, match=str(settings.HISTORY_KEY_DIR)):
        said("archive_history", "--before", "2027-01-01")
    assert HistorySeal.objects.count() == 1
    assert verify().is_whole


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"])
def test_an_unreadable_key_is_told_in_the_same_words(instance, settings, content):
    (settings.HISTORY_KEY_DIR / keys.KEY_FILE).write_bytes(content)
    with pytest.raises(SigningKeyMissing, match="cannot be read"):
        seal()


def test_a_lost_folder_is_no_reason_to_begin_anew(instance, settings):
    """A container without its volume: the seals are in the database, the keys are nowhere."""
    shutil.rmtree(settings.HISTORY_KEY_DIR)
    with pytest.raises(SigningKeyMissing):
        seal()
    found = []
    assert not verify(tell=found.append).is_whole
    (missing,) = [entry for entry in found if entry.fault is Fault.MISSING]
    assert (missing.seal, "bring that folder back" in missing.detail) == (1, True)


def test_the_daily_job_goes_on_and_says_it(instance, settings, clock, caplog, capsys):
    (settings.HISTORY_KEY_DIR / keys.KEY_FILE).unlink()
    clock.advance(keeping.BETWEEN_SEALS)
    keeping.keep_history()
    assert "history_not_sealed" in caplog.text + capsys.readouterr().out
    assert HistorySeal.objects.count() == 1


def test_a_new_key_signs_on_and_the_old_one_stays_beside_it(instance, settings):
    old = HistorySeal.objects.get().key_id
    new = said("renew_history_key").split()[-1]
    assert (settings.HISTORY_KEY_DIR / f"history-signing-{old}.pem").stat().st_mode & 0o077 == 0
    assert seal().key_id == new != old
    assert verify().is_whole
    (settings.HISTORY_KEY_DIR / f"history-signing-{old}.pem").unlink()
    assert verify().is_whole


def test_after_a_loss_a_new_key_lets_it_go_on(instance, settings):
    (settings.HISTORY_KEY_DIR / keys.KEY_FILE).unlink()
    said("renew_history_key")
    assert seal().number == 2
    assert verify().is_whole
