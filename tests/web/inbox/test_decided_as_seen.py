"""A decision counts for what was seen: what changed since is refused, shown old and new, and decided again."""

from __future__ import annotations

import json
import threading
import time
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bpmn.commands import store_versions
from bpmn.forms import FormRefused
from crm_core import storing
from crm_core.levels.models import LevelChange
from notifications.models import Notification
from tasks_inbox import commands, jobs, meanwhile, operations
from tasks_inbox.contents import Mark
from tasks_inbox.exceptions import FormChanged, WorkItemUnknown
from tasks_inbox.models import Draft, WorkItem
from tests.support import diagrams, running
from workflows import records
from workflows.commands import change_variables

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}
FINE = {"outcome": "approve", "comment": "Fine"}
FORM: dict[str, Any] = {
    "id": "note",
    "components": [
        {"type": "number", "key": "amount", "label": "Amount"},
        {"type": "textfield", "key": "note", "label": "Note"},
    ],
}


def mark_on(page: str) -> str:
    return page.split('{"content_hash": "')[1].split('"')[0]


def mark_of(item: WorkItem) -> str:
    record = records.resolve(item.record_kind, item.record_id)
    return str(operations.shown_mark(item, record=records.revision_of(record)))


def send(client, item, mark, answers=FINE, query=""):
    body = json.dumps({"answers": answers, "content_hash": mark})
    return client.post(reverse("task_complete", args=[item.pk]) + query, body, "application/json", **SCRIPT)


def pane(client, item, query=""):
    return client.get(reverse("task_pane", args=[item.pk]) + query, **SCRIPT).content.decode()


@transaction.atomic
def edit(item: WorkItem, actor: Any, **values: Any) -> None:
    change = LevelChange.objects.select_for_update().get(pk=item.record_id)
    storing.change(change, values, actor=actor)


@pytest.fixture
def noting(db: None, alice: Any) -> WorkItem:
    """alice's task whose form shows an amount and asks for a note."""
    first = diagrams.user(assignee="alice", properties='<zeebe:formDefinition formId="note"/>')
    drawn = diagrams.diagram("noting", "start -> first -> end", start=diagrams.start(), first=first, end=diagrams.end())
    store_versions(actor=None, files={"noting.bpmn": drawn, "note.form": orjson.dumps(FORM)})
    return WorkItem.objects.get(instance=running.start("noting", amount=100, secret="x"))


# --- the record -------------------------------------------------------------------------------------------------------


def test_it_works(client, alice, manager, approval):
    client.force_login(manager)
    mark = mark_on(pane(client, approval))
    edit(approval, alice, justification="They open three houses in May.")
    answer = send(client, approval, mark)
    assert answer.status_code == 409
    body = answer.json()
    assert "They open a second house in May." in body["html"]
    assert "They open three houses in May." in body["html"]
    assert alice.display_name in body["html"]
    assert f"since={mark}" in body["html"]
    approval.refresh_from_db()
    assert approval.is_open
    again = pane(client, approval, f"?since={mark}")
    assert "Changed since you saw it" in again
    assert "They open three houses in May." in again
    assert send(client, approval, mark_on(again)).status_code == 200
    assert send(client, approval, mark).json()["detail"] == "You have completed this task already."


def test_the_approval_page_is_bound_as_well(client, alice, manager, approval):
    client.force_login(manager)
    address = reverse("approval", args=[approval.pk])
    mark = mark_on(client.get(address).content.decode())
    edit(approval, alice, justification="They open three houses in May.")
    answer = send(client, approval, mark, query="?from=approvals")
    assert answer.status_code == 409
    assert f'href="{address}?since={mark}"' in answer.json()["html"]


def test_what_keeps_the_books_only_is_no_change(client, alice, manager, approval):
    client.force_login(manager)
    mark = mark_on(pane(client, approval))
    edit(approval, alice, closing_note="Noted by the process.")
    edit(approval, alice, justification="For a moment.")
    edit(approval, alice, justification="They open a second house in May.")
    assert send(client, approval, mark).status_code == 200


def test_the_differences_in_chinese(client, alice, manager, approval):
    manager.language = "zh-hans"
    manager.save(update_fields=["language"])
    client.force_login(manager)
    mark = mark_on(pane(client, approval))
    edit(approval, alice, justification="They open three houses in May.")
    html = send(client, approval, mark).json()["html"]
    assert "理由说明" in html


def test_a_masked_field_says_only_that_it_changed(client, alice, manager, approval, monkeypatch):
    hidden = frozenset({"justification"})
    monkeypatch.setattr("accounts.scopes.mask_for", lambda user, kind: hidden)
    mark = mark_of(approval)
    edit(approval, alice, justification="They open three houses in May.")
    client.force_login(manager)
    answer = send(client, approval, mark)
    assert answer.status_code == 409
    assert "houses" not in answer.content.decode()
    (found,) = meanwhile.changed_since(manager, approval, mark).record
    assert (found.field, found.old, found.new, found.hidden) == ("justification", None, None, True)


def test_the_outsider_learns_nothing(client, alice, charlie, approval):
    mark = str(operations.shown_mark(approval, record=1))
    edit(approval, alice, justification="They open three houses in May.")
    with pytest.raises(WorkItemUnknown):
        commands.complete_work_item(actor=charlie, work_item_id=approval.pk, answers=FINE, seen=mark)
    client.force_login(charlie)
    answer = send(client, approval, mark)
    assert answer.status_code == 404
    assert "houses" not in answer.content.decode()


# --- the form ---------------------------------------------------------------------------------------------------------


def test_a_value_the_form_shows(client, alice, noting):
    client.force_login(alice)
    mark = mark_on(pane(client, noting))
    change_variables(actor=None, instance_id=noting.instance_id, variables={"amount": 900}, reason="corrected")
    answer = send(client, noting, mark, {"amount": 100, "note": "mine"})
    assert answer.status_code == 409
    body = answer.json()
    assert body["fields"] == ["amount"]
    assert "100" in body["html"]
    assert "900" in body["html"]
    assert "Amount" in body["html"]


def test_the_answers_stay_but_not_what_was_only_shown(client, alice, noting):
    """The draft repeats the old amount, which was not typed: the new one stands in the form, the note comes back."""
    client.force_login(alice)
    mark = mark_on(pane(client, noting))
    commands.save_draft(actor=alice, work_item_id=noting.pk, answers={"amount": 100, "note": "mine"})
    change_variables(actor=None, instance_id=noting.instance_id, variables={"amount": 900}, reason="corrected")
    page = pane(client, noting, f"?since={mark}")
    data = json.loads(page.split('id="task-data" type="application/json">')[1].split("</script>")[0])
    assert (data["amount"], data["note"]) == (900, "mine")
    assert Draft.objects.get(item=noting).answers["amount"] == 100


def test_what_the_form_does_not_show_is_no_change(client, alice, noting):
    client.force_login(alice)
    mark = mark_on(pane(client, noting))
    change_variables(actor=None, instance_id=noting.instance_id, variables={"secret": "y"}, reason="corrected")
    assert send(client, noting, mark, {"note": "mine"}).status_code == 200


def test_another_form_of_the_same_task(alice, noting):
    from workflows.migrating.commands import migrate_one, start_migration

    mark = str(operations.shown_mark(noting))
    asked = {**FORM, "components": [*FORM["components"], {"type": "textfield", "key": "more", "label": "More"}]}
    first = diagrams.user(assignee="alice", properties='<zeebe:formDefinition formId="note"/>')
    drawn = diagrams.diagram("noting", "start -> first -> end", start=diagrams.start(), first=first, end=diagrams.end())
    store_versions(actor=None, files={"noting.bpmn": drawn, "note.form": orjson.dumps(asked)})
    batch = start_migration(actor=None, process_key="noting", source=1, target=2)
    migrate_one(batch.results.get().pk)
    noting = WorkItem.objects.get(pk=noting.pk)
    with pytest.raises(FormChanged):
        commands.complete_work_item(actor=alice, work_item_id=noting.pk, answers={"note": "n"}, seen=mark)
    assert meanwhile.changed_since(alice, noting, mark).form_itself


@pytest.mark.parametrize("text", ["", "1", "1.2", "1.2.3.4", "x.1.abc", "-1.1.a", "9" * 60, "1.9999999999.a", "٣.1.a"])
def test_a_mark_that_is_none_decides_nothing(alice, noting, text):
    assert Mark.read(text) is None
    with pytest.raises(FormChanged):
        commands.complete_work_item(actor=alice, work_item_id=noting.pk, answers={"note": "n"}, seen=text)
    assert not meanwhile.changed_since(alice, noting, text)


# --- held and many ----------------------------------------------------------------------------------------------------


def test_a_held_decision_is_given_back_when_the_record_changes(client, clock, settings, alice, manager, approval):
    settings.INBOX_UNDO_SECONDS = 8
    client.force_login(manager)
    mark = mark_on(pane(client, approval))
    assert send(client, approval, mark).status_code == 200
    edit(approval, alice, justification="They open three houses in May.")
    clock.advance(timedelta(seconds=9))
    jobs.carry_out_held_acts()
    approval.refresh_from_db()
    assert approval.is_open
    assert Draft.objects.get(item=approval, user=manager).answers == FINE
    assert Notification.objects.filter(user=manager, subject_id=str(approval.pk)).exists()
    page = pane(client, approval)
    assert "Changed since you saw it" in page
    assert "They open three houses in May." in page


def test_many_are_bound_to_what_their_dialog_showed(client, alice):
    decision = {"type": "radio", "key": "outcome", "values": [{"value": "approve"}, {"value": "reject"}]}
    asked = {**FORM, "components": [FORM["components"][0], decision]}
    headers = '<zeebe:taskHeaders><zeebe:header key="bulkApprove" value="true"/></zeebe:taskHeaders>'
    first = diagrams.user(assignee="alice", properties='<zeebe:formDefinition formId="note"/>' + headers)
    drawn = diagrams.diagram("many", "start -> first -> end", start=diagrams.start(), first=first, end=diagrams.end())
    store_versions(actor=None, files={"many.bpmn": drawn, "note.form": orjson.dumps(asked)})
    item = WorkItem.objects.get(instance=running.start("many", amount=100))
    client.force_login(alice)
    address = reverse("tasks_many_ask", args=["approve"])
    dialog = client.post(address, {"items": [str(item.pk)]}, **SCRIPT).content.decode()
    name = f"seen-{item.pk}"
    mark = dialog.split(f'name="{name}" value="')[1].split('"')[0]
    like = dialog.split('data-bulk-like="')[1].split('"')[0]
    change_variables(actor=None, instance_id=item.instance_id, variables={"amount": 900}, reason="corrected")
    body = {"items": [str(item.pk)], "like": like, name: mark}
    address = reverse("tasks_many", args=["approve"])
    (result,) = client.post(address, json.dumps(body), "application/json", **SCRIPT).json()["results"]
    assert result["done"] is False
    assert "changed" in result["said"]
    item.refresh_from_db()
    assert item.is_open


# --- what it costs, and the race --------------------------------------------------------------------------------------


def test_it_costs_no_statement(client, manager, approval, alice):
    """The record is locked and its revision read with the task; here a refusal of the answers comes after."""

    def taken(mark: str | None) -> int:
        with CaptureQueriesContext(connection) as captured, pytest.raises(FormRefused):
            commands.complete_work_item(actor=manager, work_item_id=approval.pk, answers={"outcome": "x"}, seen=mark)
        return len(captured)

    mark = mark_of(approval)
    taken(mark), taken(None)
    assert taken(mark) == taken(None)


@pytest.mark.django_db(transaction=True)
def test_a_change_waits_until_the_decision_is_made(alice, manager, approval, monkeypatch):
    """Nobody changes the record between the look at its revision and the end of the decision."""
    mark = mark_of(approval)
    order: list[str] = []
    looked = threading.Event()
    real = operations.complete

    def slowly(*args: Any, **kwargs: Any) -> None:
        looked.set()
        time.sleep(0.4)
        real(*args, **kwargs)
        order.append("decided")

    monkeypatch.setattr("tasks_inbox.operations.complete", slowly)

    def meddle() -> None:
        looked.wait(10)
        edit(approval, alice, justification="They open three houses in May.")
        order.append("changed")
        connection.close()

    other = threading.Thread(target=meddle)
    other.start()
    commands.complete_work_item(actor=manager, work_item_id=approval.pk, answers=FINE, seen=mark)
    other.join(20)
    assert order == ["decided", "changed"]
