"""What becomes of signers when something else happens to their task or its process."""

from __future__ import annotations

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bpmn.commands import store_versions
from tasks_inbox import commands, operations, signing
from tasks_inbox.exceptions import ReturnImpossible, SignersAwaited, TooLateToWithdraw, WithdrawImpossible
from tasks_inbox.models import WorkItem
from tests.commands.tasks_inbox.signing.conftest import (
    FORM,
    WITH_FORM,
    Where,
    add,
    answer,
    everybody,
    fresh,
    item_of,
    remove,
    sign,
)
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows import commands as processes
from workflows.engine.api import Entry
from workflows.migrating.commands import migrate_one, start_migration
from workflows.models import MigrationResult
from workflows.operating.commands import modify_process

pytestmark = pytest.mark.django_db


def test_cancelling_and_moving_tokens_close_everybody(plan, alice, bob, dora, operator):
    item = plan()
    add(alice, item, bob)
    add(alice, item, dora, where=Where.AFTER)
    modify_process(actor=operator, instance_id=item.instance_id, start=[Entry("first")], end=["first"], reason="again")
    assert everybody(item) == {"alice"}
    assert {asked.state for asked in signing.asked_at(fresh(item))} == {"closed"}
    processes.cancel_process(actor=operator, instance_id=item.instance_id, reason="over")
    assert everybody(item) == set()


def test_a_substitute_signs_for_the_absent(plan, alice, bob, dora, clock):
    from tests.factories import SubstitutionFactory

    item = plan()
    SubstitutionFactory(substituted=bob, substitute=dora, starts=clock.now())
    (signer,) = add(alice, item, bob)
    assert item_of(signer).assignee == dora
    sign(dora, signer)
    (said,) = operations.step_variables(fresh(item))["signers"]
    assert (said["person"], said["by"]) == ("bob", "dora")


def test_completing_a_task_nobody_was_added_to_costs_nothing_more(plan, alice, bob):
    item = plan()
    with CaptureQueriesContext(
        connection,
    ) as plain:
        answer(alice, item)
    assert not [query for query in plain.captured_queries if "tasks_inbox_signer" in query["sql"]]


def test_sending_back_closes_the_signers_and_the_task_comes_back_without(plan, alice, bob, dora, manager):
    item = plan(actor=alice)
    answer(alice, item)
    second = WorkItem.objects.get(instance=item.instance, element="second")
    (signer,) = add(manager, second, bob)
    add(bob, item_of(signer), dora, where=Where.BEFORE)
    back = commands.return_work_item(actor=manager, work_item_id=second.pk, target="previous", reason="again")
    assert back.element == "first"
    assert everybody(item) == {"alice"}
    answer(alice, back)
    again = WorkItem.objects.get(instance=item.instance, element="second", status="open")
    assert (again.has_signers, again.awaits) == (False, 0)


def test_while_somebody_signs_before_nothing_is_sent_back(plan, alice, bob, manager):
    item = plan(actor=alice)
    answer(alice, item)
    second = WorkItem.objects.get(instance=item.instance, element="second")
    (signer,) = add(manager, second, bob, where=Where.BEFORE)
    with pytest.raises(SignersAwaited):
        commands.return_work_item(actor=manager, work_item_id=second.pk, target="previous", reason="again")
    remove(manager, signer)
    commands.return_work_item(actor=manager, work_item_id=second.pk, target="previous", reason="again")


def test_a_signer_sends_nothing_back(plan, alice, bob, manager):
    item = plan(actor=alice)
    answer(alice, item)
    second = WorkItem.objects.get(instance=item.instance, element="second")
    (signer,) = add(manager, second, bob)
    with pytest.raises(ReturnImpossible):
        commands.return_work_item(actor=bob, work_item_id=item_of(signer).pk, target="previous", reason="again")
    assert everybody(item) == {"manager", "bob"}


def test_an_answer_is_taken_back_while_nobody_has_signed_it(plan, alice, bob, dora):
    item = plan(actor=alice)
    add(alice, item, bob, where=Where.AFTER)
    answer(alice, item)
    back = commands.withdraw_work_item(actor=alice, work_item_id=item.pk)
    assert everybody(item) == {"alice"}
    assert (back.element, back.has_signers) == ("first", False)


def test_what_somebody_signed_is_not_taken_back(plan, alice, bob, dora):
    item = plan(actor=alice)
    first, _second = add(alice, item, bob, dora, where=Where.AFTER)
    answer(alice, item)
    sign(bob, first)
    for person, theirs in ((alice, item), (bob, item_of(first))):
        with pytest.raises((TooLateToWithdraw, WithdrawImpossible)):
            commands.withdraw_work_item(actor=person, work_item_id=theirs.pk)
    assert everybody(item) == {"dora"}


def test_a_move_to_another_version_keeps_them(plan, alice, bob, dora, manager, operator):
    item = plan()
    (before,) = add(alice, item, bob, where=Where.BEFORE)
    (after,) = add(alice, item, dora, where=Where.AFTER)
    drawn = diagram(
        "planning",
        "start -> first -> between -> second -> end",
        start=start(),
        first=user(assignee="alice", properties=WITH_FORM),
        between=user(assignee="manager"),
        second=user(assignee="manager"),
        end=end(),
    )
    store_versions(actor=None, files={"planning.bpmn": drawn, "plan.form": orjson.dumps(FORM)})
    start_migration(actor=None, process_key="planning", source=1, target=2)
    assert migrate_one(MigrationResult.objects.get().pk)
    assert running.reload(item.instance).version.number == 2
    assert everybody(item) == {"alice", "bob"}
    assert fresh(item).awaits == 1
    sign(bob, before)
    answer(alice, fresh(item))
    sign(dora, after)
    assert everybody(item) == {"manager"}
    assert running.waiting_at(item.instance) == ["between"]
