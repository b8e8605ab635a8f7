"""Effects: outside any transaction, once per activation, tried again, settled once, and never in another one's way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from tests.support import running
from tests.support.diagrams import boundary, diagram, end, service, start, user
from workflows import commands, performing
from workflows.engine.api import Done
from workflows.models import Effect
from workflows.registry import BpmnError, effect

pytestmark = pytest.mark.django_db

SEND = diagram(
    "send",
    "begin -> mail -> look -> done",
    "bounced -> sorry",
    begin=start(),
    mail=service("test.mail", inputs={"to": "address", "subject": '"Hello"'}),
    bounced=boundary("mail", error="BOUNCED"),
    sorry=end(),
    look=user(),
    done=end(),
)


@pytest.fixture
def sent():
    """What was sent; ``answers`` in it decide what the next calls do."""
    calls: list[dict] = []
    answers: list[Exception | dict] = []

    @effect("test.mail", back_off=timedelta(seconds=30))
    def mail(step, *, to: str, subject: str):
        calls.append({"to": to, "subject": subject, "key": step.idempotency_key})
        answer = answers.pop(0) if answers else {"message_id": "m-1"}
        if isinstance(answer, Exception):
            raise answer
        return answer

    mail_box = type("Sent", (), {})()
    mail_box.calls, mail_box.answers = calls, answers
    return mail_box


def started(address="a@example.com"):
    running.deploy(SEND)
    return running.start("send", address=address)


def test_it_works(clock, sent):
    instance = started()
    assert sent.calls == []
    assert running.waiting_at(instance) == ["mail"]
    running.settle()
    assert sent.calls == [{"to": "a@example.com", "subject": "Hello", "key": f"{instance.pk}:mail:1"}]
    assert running.waiting_at(instance) == ["look"]
    assert running.variables(instance)["message_id"] == "m-1"


@pytest.mark.django_db(transaction=True)
def test_it_is_called_outside_any_transaction(clock):
    inside = []

    @effect("test.mail")
    def mail(step, *, to: str, subject: str):
        inside.append(connection.in_atomic_block)

    started()
    running.settle()
    assert inside == [False]


def test_a_claimed_effect_is_not_claimed_again(clock, sent):
    (row,) = running.effects(started())
    assert performing.claim_effect(row.pk) is not None
    assert performing.claim_effect(row.pk) is None


def test_a_claim_of_a_dead_worker_runs_out(clock, sent):
    instance = started()
    (row,) = running.effects(instance)
    performing.claim_effect(row.pk)
    clock.advance(timedelta(minutes=3))
    running.settle()
    assert running.waiting_at(instance) == ["look"]


def test_only_the_last_claim_may_settle(clock, sent):
    instance = started()
    (row,) = running.effects(instance)
    slow = performing.claim_effect(row.pk)
    clock.advance(timedelta(minutes=3))
    quick = performing.claim_effect(row.pk)
    assert performing.settle_effect(row.pk, quick.claim, Done({"by": "quick"}))
    assert not performing.settle_effect(row.pk, slow.claim, Done({"by": "slow"}))
    assert running.variables(instance)["by"] == "quick"


def test_a_failure_is_tried_again_with_the_same_key(clock, sent):
    sent.answers[:] = [RuntimeError("smtp down"), {"message_id": "m-2"}]
    instance = started()
    running.settle()
    assert running.effects(instance)[0].status == Effect.Status.PENDING
    clock.advance(timedelta(seconds=29))
    running.settle()
    assert len(sent.calls) == 1
    clock.advance(timedelta(seconds=1))
    running.settle()
    assert len({call["key"] for call in sent.calls}) == 1
    assert running.variables(instance)["message_id"] == "m-2"


def test_when_all_attempts_fail_an_operator_retries(clock, sent):
    sent.answers[:] = [RuntimeError("smtp down")] * 3
    instance = started()
    for _ in range(4):
        running.settle()
        clock.advance(timedelta(minutes=5))
    incident = running.open_incident(instance)
    assert "smtp down" in incident.message
    assert len(sent.calls) == 3
    commands.retry_incident(actor=None, incident_id=incident.pk)
    running.settle()
    assert running.waiting_at(instance) == ["look"]
    assert len({call["key"] for call in sent.calls}) == 1
    incident.refresh_from_db()
    assert incident.closed_at is not None


def test_a_bpmn_error_goes_along_the_error_path(clock, sent):
    sent.answers[:] = [BpmnError("BOUNCED")]
    instance = started()
    running.settle()
    assert running.reload(instance).outcome == "sorry"


def test_an_error_that_nothing_catches_waits_for_an_operator_who_has_it_asked_again(clock, sent):
    sent.answers[:] = [BpmnError("UNKNOWN")]
    instance = started()
    running.settle()
    incident = running.open_incident(instance)
    assert "UNKNOWN" in incident.message
    commands.retry_incident(actor=None, incident_id=incident.pk)
    running.settle()
    assert running.waiting_at(instance) == ["look"]
    assert len(sent.calls) == 2


def test_leaving_the_step_cancels_the_effect(clock, sent):
    instance = started()
    commands.cancel_process(actor=None, instance_id=instance.pk)
    running.settle()
    assert sent.calls == []
    assert running.effects(instance)[0].status == Effect.Status.CANCELLED


def test_an_answer_that_comes_too_late_changes_nothing(clock, sent):
    instance = started()
    claimed = performing.claim_effect(running.effects(instance)[0].pk)
    commands.cancel_process(actor=None, instance_id=instance.pk)
    assert not performing.settle_effect(claimed.effect.pk, claimed.claim, Done({}))
    assert running.reload(instance).status == "cancelled"


def test_a_poisoned_effect_blocks_no_other(clock, sent):
    running.deploy(SEND)
    bad, good = running.start("send", address=None), running.start("send", address="b@example.com")
    running.settle()
    assert running.waiting_at(good) == ["look"]
    assert running.waiting_at(bad) == ["mail"]


def test_wrong_inputs_are_an_incident_in_the_end(clock, sent):
    instance = started(address=None)
    for _ in range(4):
        running.settle()
        clock.advance(timedelta(minutes=5))
    assert "to" in running.open_incident(instance).message


def test_while_suspended_nothing_is_called_and_a_running_answer_is_kept(clock, sent):
    instance = started()
    claimed = performing.claim_effect(running.effects(instance)[0].pk)
    commands.suspend_process(actor=None, instance_id=instance.pk)
    performing.settle_effect(claimed.effect.pk, claimed.claim, Done({"message_id": "kept"}))
    running.settle()
    assert running.waiting_at(instance) == ["mail"]
    commands.resume_process(actor=None, instance_id=instance.pk)
    running.settle()
    assert running.variables(instance)["message_id"] == "kept"
    assert sent.calls == []
