"""Somebody who left is erased: a pseudonym stands where they stood, and all they did stays done by somebody."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEvent, Substitution, User
from api.models import AccessToken, IdempotentRequest
from config import clock as product_clock
from crm_core.interactions.models import Interaction
from tasks_inbox import commands as inbox
from tasks_inbox.models import Comment, WorkItem
from tests import crm
from tests.commands.history.test_erase_person import everything
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows import past
from workflows.archiving import commands as archive
from workflows.erasing import commands
from workflows.exceptions import EmployeeStillActive, RecordNotFound
from workflows.models import HistoryEvent
from workflows.sealing.commands import seal
from workflows.sealing.findings import Fault
from workflows.sealing.verifying import verify

pytestmark = pytest.mark.django_db
ASK = diagram("ask", "begin -> ask -> again -> done", begin=start(), ask=user(group="sales"), again=user(), done=end())
TRACES = ("alice", "Alice Anderson", "爱丽丝", "alice@baton.example", "13900001111", "STAFF-77", "10.1.2.3", "is ill")


@pytest.fixture
def acts(alice, bob, operator, clock):
    """Alice worked here: claims, answers, comments, a process that names her, a substitution, audit entries."""
    User.objects.filter(pk=alice.pk).update(
        first_name="Alice",
        last_name="Anderson",
        native_name="爱丽丝",
        email="alice@baton.example",
        phone="13900001111",
        staff_no="STAFF-77",
    )
    alice.refresh_from_db()
    running.deploy(ASK)
    instance = running.start("ask", actor=alice, handler="alice", note="ask @alice, not malice", votes={"alice": "yes"})
    item = WorkItem.objects.get(instance=instance)
    inbox.claim_work_item(actor=alice, work_item_id=item.pk)
    inbox.comment_on_work_item(actor=alice, work_item_id=item.pk, text="Alice Anderson: call 13900001111")
    running.complete(instance, "ask", {"answer": "yes"}, actor=alice)
    Substitution.objects.create(substituted=alice, substitute=bob, starts=product_clock.now(), reason="is ill")
    AuditEvent.objects.create(
        actor=alice,
        event="login.succeeded",
        subject_kind="user",
        subject_id=str(alice.public_id),
        data={"username": "alice", "email": ["", "alice@baton.example"]},
        address="10.1.2.3",
    )
    customer = crm.customer(bob, "Malice Ltd")
    Interaction.objects.create(customer=customer, kind="call", summary="Alice Anderson rang", by=alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    seal()
    return running.reload(instance)


def erase(alice):
    person = commands.find_person("employee", "alice")
    return commands.erase_person(actor=None, person=person, reason="left in May")


def all_text() -> str:
    rows = [str(row) for model in (AuditEvent, Substitution, User) for row in model.objects.values()]
    return "\n".join([everything(), *rows])


def test_it_works(acts, alice, bob):
    """No name is left; the acts are there and say by whom; the process goes on with the pseudonym."""
    before = all_text()
    assert [trace for trace in TRACES if trace not in before] == []
    done = erase(alice)
    own = f"former-{alice.pk}"
    after = all_text().replace("malice", "").replace("Malice", "")
    assert [trace for trace in TRACES if trace in after] == []
    assert (done.counts["history"] > 0, done.counts["audit log"]) == (True, 1)
    variables = past.state_at(acts.pk).view.variables
    assert (variables["handler"], variables["votes"]) == (own, {own: "yes"})
    assert variables["note"] == f"ask @{own}, not malice"
    assert running.waiting_at(acts) == ["again"]
    assert Comment.objects.get().text == f"{own}: call {own}"
    assert Comment.objects.get().author.username == own
    assert WorkItem.objects.get(status="completed").ended_by == alice
    assert HistoryEvent.objects.filter(instance=acts, actor=alice, kind="stimulus").exists()
    assert past.state_at(acts.pk, sequence=1).faithful
    report = verify()
    assert (report.is_whole, report.counts[Fault.ERASED]) == (True, done.counts["history"])
    running.complete(acts, "again", actor=bob)
    assert not running.reload(acts).is_live


def test_who_still_works_here_is_refused(alice, clock):
    with pytest.raises(EmployeeStillActive):
        commands.find_person("employee", "alice")
    with pytest.raises(RecordNotFound):
        commands.find_person("employee", "nobody")
    with pytest.raises(CommandError, match="still works here"):
        call_command("erase_person", "employee", "alice", "--yes", "--reason", "x", stdout=StringIO())


def test_doing_it_again_changes_nothing(acts, alice):
    erase(alice)
    before = all_text()
    again = commands.erase_person(
        actor=None, person=commands.find_person("employee", f"former-{alice.pk}"), reason="again"
    )
    assert sum(again.counts.values()) == 0
    assert all_text() == before


def test_nobody_can_log_in_as_them_any_more(acts, alice):
    token, _ = AccessToken.objects.create(user=alice, name="alice's laptop", login_mark="m")
    erase(alice)
    alice.refresh_from_db()
    assert (alice.has_usable_password(), alice.is_active, alice.email, alice.skills) == (False, False, "", [])
    assert not AccessToken.objects.filter(pk=token.pk).exists()


def test_archives_name_them_no_more(acts, alice, bob):
    running.complete(acts, "again", actor=bob)
    archive.archive(actor=None, roots=[acts.pk])
    assert "alice" in str([event.data for event in past.story(acts.pk)])
    assert erase(alice).counts["archives"] == 1
    told = str([event.data for event in past.story(acts.pk)])
    assert "alice" not in told.replace("malice", "")
    assert {event.actor.username for event in past.story(acts.pk) if event.actor} == {f"former-{alice.pk}", "bob"}
    assert verify().is_whole


def test_a_name_that_a_customer_bears_is_not_looked_for_everywhere(acts, alice, bob):
    """Alice Anderson is also a customer: her name stays hers."""
    other = crm.customer(bob, "Alice Anderson GmbH")
    erase(alice)
    other.refresh_from_db()
    assert other.name == "Alice Anderson GmbH"
    assert Interaction.objects.get(by=alice).summary == "Alice Anderson rang"
    assert User.objects.get(pk=alice.pk).get_full_name() == ""


def test_answers_kept_for_repetition_are_erased_for_customers_and_employees(acts, alice, bob):
    for name, key in (("爱丽丝", "one"), ("Bob", "two")):
        IdempotentRequest.objects.create(
            user=bob,
            route="r",
            key=key,
            digest="d",
            status=201,
            body=f'{{"by":{{"username":"alice","name":"{name}"}}}}'.encode(),
            lease_ends=product_clock.now(),
            expires_at=product_clock.now(),
        )
    erase(alice)
    own = f"former-{alice.pk}"
    bodies = [bytes(body).decode() for body in IdempotentRequest.objects.order_by("key").values_list("body", flat=True)]
    assert bodies == [
        f'{{"by":{{"username":"{own}","name":"{own}"}}}}',
        f'{{"by":{{"username":"{own}","name":"Bob"}}}}',
    ]


def test_the_audit_log_still_refuses_every_other_change(acts, alice):
    """The way that erasing takes lets nobody change what happened, when and by whom."""
    erase(alice)
    with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
        AuditEvent.objects.update(data={})
    for change in ("event = 'x'", "at = at - interval '1 day'", "actor_id = NULL"):
        with pytest.raises(DatabaseError, match="append only"):
            in_the_erasers_way(f"UPDATE accounts_auditevent SET {change}")


def in_the_erasers_way(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL baton.audit_erasure = 'on'")
        cursor.execute(sql)
