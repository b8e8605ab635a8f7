"""Whoever changes the history behind our back is found out: each way of doing it is named for what it is."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.commands.history.story import World, begin, walked
from tests.support import running
from workflows import chaining
from workflows.models import HistoryEvent, HistorySeal, ProcessInstance, SealedHead
from workflows.sealing import keys
from workflows.sealing.commands import ledger_line, message, root_of, seal
from workflows.sealing.findings import Fault
from workflows.sealing.verifying import verify

pytestmark = pytest.mark.django_db


def sealed(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return seal()


@pytest.fixture
def instance(clock, django_capture_on_commit_callbacks):
    """A sealed instance among others, one of them younger than the seal."""
    found = begin(World())
    running.start("everything", amount=1)
    sealed(django_capture_on_commit_callbacks)
    running.start("everything", amount=2)
    return running.reload(found)


def tamper(sql, *values, times=1):
    """Change the tables as one who has all rights on the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL baton.history_maintenance = 'on'")
        cursor.execute(sql, values)
        assert cursor.rowcount == times
        cursor.execute("SET LOCAL baton.history_maintenance = 'off'")


def damage(**chosen):
    found = []
    verify(tell=found.append, **chosen)
    return [entry for entry in found if entry.fault is not Fault.UNSIGNED]


def test_it_works(clock, alice, operator, django_capture_on_commit_callbacks):
    """A whole history with everything in it is whole, before and after its seal."""
    walked(clock, alice, operator)
    before = verify()
    assert before.is_whole
    assert before.counts[Fault.UNSIGNED] == before.events == HistoryEvent.objects.count()
    row = sealed(django_capture_on_commit_callbacks)
    assert row.count == ProcessInstance.objects.count()
    after = verify()
    assert (after.is_whole, after.seals, after.counts[Fault.UNSIGNED]) == (True, 1, 0)


def test_the_tables_refuse_changes_by_the_product(instance):
    for sql in (
        "UPDATE workflows_historyevent SET kind = 'flow'",
        "DELETE FROM workflows_historyevent",
        "UPDATE workflows_historyseal SET count = 1",
        "DELETE FROM workflows_sealedhead",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.parametrize(
    "change",
    ["data = '{}'", "salt = decode(repeat('00', 16), 'hex')", "digest = decode(repeat('00', 32), 'hex')"],
)
def test_a_changed_payload_is_altered(instance, change):
    tamper(f"UPDATE workflows_historyevent SET {change} WHERE instance_id = %s AND sequence = 1", instance.pk)
    (found, *rest) = damage()
    assert (found.fault, found.instance, found.first, rest) == (Fault.ALTERED, instance.pk, 1, [])


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "actor_id = (SELECT min(id) FROM accounts_user)",
        "kind = 'flow'",
        "element = 'other'",
        "step = '99'",
        "revision = revision + 1",
        "version_id = gen_random_uuid()",
    ],
)
def test_a_changed_envelope_is_altered(instance, alice, change):
    tamper(f"UPDATE workflows_historyevent SET {change} WHERE instance_id = %s AND sequence = 2", instance.pk)
    assert [(found.fault, found.first, found.last) for found in damage()] == [(Fault.ALTERED, 2, 2)]


def test_a_deleted_event_is_missing(instance):
    tamper("DELETE FROM workflows_historyevent WHERE instance_id = %s AND sequence = 3", instance.pk)
    assert [(found.fault, found.first, found.last) for found in damage()] == [(Fault.MISSING, 3, 3)]


def test_a_cut_tail_is_missing_also_when_the_instance_agrees(instance):
    length = instance.history_length
    tamper(
        "DELETE FROM workflows_historyevent WHERE instance_id = %s AND sequence > %s", instance.pk, length - 2, times=2
    )
    assert [(found.fault, found.first, found.last) for found in damage()] == [(Fault.MISSING, length - 1, length)]
    last = HistoryEvent.objects.get(instance=instance, sequence=length - 2)
    ProcessInstance.objects.filter(pk=instance.pk).update(history_length=length - 2, history_head=last.link)
    assert [(found.fault, found.first, found.last) for found in damage()] == [(Fault.MISSING, length - 1, length)]


def test_an_instance_removed_with_everything_is_missing(instance):
    children = ProcessInstance.objects.filter(root=instance).values_list("pk", flat=True)
    ids = list(children)
    lengths = dict(SealedHead.objects.filter(instance__in=ids).values_list("instance", "length"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL baton.history_maintenance = 'on'")
        for table in ("historyevent", "timer", "incident", "subscription"):
            cursor.execute(f"DELETE FROM workflows_{table} WHERE instance_id = ANY(%s)", [ids])  # noqa: S608
        cursor.execute("DELETE FROM tasks_inbox_candidate")
        cursor.execute("DELETE FROM tasks_inbox_workitemevent")
        cursor.execute("DELETE FROM tasks_inbox_workitem")
        cursor.execute("DELETE FROM workflows_processinstance WHERE root_id = %s", [instance.pk])
    gone = {found.instance: (found.fault, found.first, found.last) for found in damage()}
    assert gone == {id: (Fault.MISSING, 1, lengths[id]) for id in ids}


def test_exchanged_events_are_altered(instance):
    swap = "UPDATE workflows_historyevent SET sequence = %s WHERE instance_id = %s AND sequence = %s"
    for old, new in ((2, 9999), (3, 2), (9999, 3)):
        tamper(swap, new, instance.pk, old)
    assert {(found.fault, found.first) for found in damage()} >= {(Fault.ALTERED, 2), (Fault.ALTERED, 3)}


def test_an_inserted_event_is_altered(instance):
    tamper(
        "INSERT INTO workflows_historyevent (instance_id, sequence, revision, at, kind, element, step, data, salt,"
        " digest, link, version_id) SELECT instance_id, sequence + 1, revision, at, 'completed', 'ask', step, data,"
        " salt, digest, link, version_id FROM workflows_historyevent WHERE instance_id = %s AND sequence = %s",
        instance.pk,
        instance.history_length,
    )
    assert [(found.fault, found.first) for found in damage()] == [(Fault.ALTERED, instance.history_length + 1)]


def test_a_history_rewritten_from_the_beginning_does_not_fit_its_seal(instance):
    """All digests and links computed anew, as one who knows how they are made would do it."""
    head = chaining.GENESIS
    for event in HistoryEvent.objects.filter(instance=instance).order_by("sequence"):
        data = {"type": "StartInstance", "variables": {"amount": 1}} if event.sequence == 1 else event.data
        digest = chaining.digest(bytes(event.salt), chaining.payload(data))
        advanced = chaining.Advanced(instance.pk, event.revision, event.at, event.actor_id, event.version_id)
        own = chaining.own_envelope(event.sequence, event.kind, event.element, event.step)
        head = chaining.link(head, digest, advanced.envelope(), own)
        tamper(
            "UPDATE workflows_historyevent SET data = %s, digest = %s, link = %s WHERE id = %s",
            json.dumps(data),
            digest,
            head,
            event.pk,
        )
    ProcessInstance.objects.filter(pk=instance.pk).update(history_head=head)
    (found,) = damage()
    assert (found.fault, found.first, found.detail) == (
        Fault.ALTERED,
        instance.history_length,
        "link is not the one in seal 1",
    )


def test_a_salt_removed_without_a_note_is_altered(instance):
    tamper(
        "UPDATE workflows_historyevent SET salt = NULL, data = '{}' WHERE instance_id = %s AND sequence = 1",
        instance.pk,
    )
    (found,) = damage()
    assert (found.fault, found.first) == (Fault.ALTERED, 1)
    assert "nothing says that it was erased" in found.detail


def test_a_changed_end_is_altered(instance):
    ProcessInstance.objects.filter(pk=instance.pk).update(history_head=bytes(32))
    assert [found.fault for found in damage()] == [Fault.ALTERED]


# --- seals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["at = at - interval '1 day'", "count = count + 1", "root = previous"])
def test_a_changed_seal_is_altered(instance, change):
    tamper(f"UPDATE workflows_historyseal SET {change}")
    assert [(found.fault, found.seal) for found in damage()] == [(Fault.ALTERED, 1)]


def test_sealed_heads_that_were_taken_away_alter_their_seal(instance):
    tamper("DELETE FROM workflows_sealedhead WHERE instance = %s", instance.pk)
    assert [(found.fault, found.seal) for found in damage()] == [(Fault.ALTERED, 1)]


def test_a_seal_of_another_key_is_altered(instance, settings, tmp_path):
    """Somebody who can write to the database signs with a key of their own."""
    ours = settings.HISTORY_KEY_DIR
    settings.HISTORY_KEY_DIR = tmp_path / "theirs"
    row = HistorySeal.objects.get()
    row.count += 1
    key_id, signature = keys.sign(message(row), first=True)
    settings.HISTORY_KEY_DIR = ours
    tamper("UPDATE workflows_historyseal SET count = %s, key_id = %s, signature = %s", row.count, key_id, signature)
    (found,) = damage()
    assert (found.fault, found.seal) == (Fault.ALTERED, 1)
    assert "not signed" in found.detail


def test_seals_that_were_taken_away_are_missing(instance, clock, django_capture_on_commit_callbacks):
    clock.advance(timedelta(days=1))
    assert sealed(django_capture_on_commit_callbacks).number == 2
    clock.advance(timedelta(days=1))
    running.complete(instance, "ask")
    assert sealed(django_capture_on_commit_callbacks).number == 3
    assert damage() == []
    for number in (3, 2):
        heads = SealedHead.objects.filter(seal=number).count()
        tamper("DELETE FROM workflows_sealedhead WHERE seal_id = %s", number, times=heads)
        tamper("DELETE FROM workflows_historyseal WHERE number = %s", number)
        assert {(found.fault, found.seal) for found in damage()} >= {(Fault.MISSING, number)}


def test_a_key_is_made_once_and_only_its_owner_reads_it(settings):
    first, signature = keys.sign(b"this", first=True)
    second, _ = keys.sign(b"this")
    assert first == second
    assert keys.is_signed(b"this", first, signature)
    assert not keys.is_signed(b"that", first, signature)
    assert (settings.HISTORY_KEY_DIR / keys.KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_old_seals_are_checked_with_their_key_after_it_was_changed(
    instance, settings, clock, django_capture_on_commit_callbacks
):
    call_command("renew_history_key", stdout=StringIO())
    running.complete(instance, "ask")
    sealed(django_capture_on_commit_callbacks)
    assert len(set(HistorySeal.objects.values_list("key_id", flat=True))) == 2
    assert damage() == []


def test_nothing_to_seal_makes_no_seal(instance, django_capture_on_commit_callbacks):
    sealed(django_capture_on_commit_callbacks)
    assert sealed(django_capture_on_commit_callbacks) is None
    row = HistorySeal.objects.get(number=1)
    assert keys.noted()[0] == ledger_line(row)
    heads = SealedHead.objects.filter(seal=1).order_by("instance").values_list("instance", "length", "link")
    assert root_of(iter(heads)) == bytes(row.root)


# --- the command --------------------------------------------------------------------------------------------------


def output(*arguments):
    out = StringIO()
    code: str | int | None = 0
    try:
        call_command("verify_history", *arguments, stdout=out)
    except SystemExit as ended:
        code = ended.code
    return code, out.getvalue()


def test_the_command_ends_with_two_and_names_what_it_found(instance):
    assert output()[0] == 0
    tamper("DELETE FROM workflows_historyevent WHERE instance_id = %s AND sequence = 3", instance.pk)
    code, text = output("--json")
    *found, sums = [json.loads(line) for line in text.splitlines()]
    assert code == 2
    assert (sums["whole"], sums["missing"], sums["altered"], sums["erased"]) == (False, 1, 0, 0)
    (missing,) = [entry for entry in found if entry.pop("detail") and entry["fault"] == "missing"]
    assert missing == {"fault": "missing", "instance": str(instance.pk), "first": 3, "last": 3}
    assert "NOT WHOLE" in output()[1]


def test_it_can_be_limited_to_an_instance_or_a_time(instance, clock):
    clock.advance(timedelta(days=2))
    running.complete(instance, "ask")
    other = ProcessInstance.objects.exclude(root=instance).order_by("started_at").first()
    tamper("DELETE FROM workflows_historyevent WHERE instance_id = %s AND sequence = 3", other.pk)
    assert output("--instance", str(instance.pk))[0] == 0
    assert output("--since", "2026-01-07")[0] == 0
    assert output("--instance", str(other.pk))[0] == 2
    assert output("--since", "2026-01-05")[0] == 2
    assert verify(instance=instance.pk).instances == 1


def test_what_is_read_back_from_the_database_hashes_as_what_was_stored(clock):
    """Numbers that jsonb writes another way, text it refuses, keys it sorts."""
    strange = {
        "z": 1,
        "a": {"y": [1.0, 2.50, 1e-7, 5e-324, 1e16, 123456789012345678.0, 1.8e19, 1e23, -1e17, -0.0, 0.1]},
        "nul": "a\u0000b",
        "long": "字" * 50,
        "e16": "1e16",
        "é": {"ß": None, "A": True},
    }
    running.deploy(begin_only())
    running.start("only", **strange)
    report = verify()
    assert report.is_whole
    assert report.events


def begin_only():
    from tests.support.diagrams import diagram, start, user

    return diagram("only", "begin -> ask", begin=start(), ask=user())
