"""Acts on a task from the page: each works, tells the lists, and is refused naming who was faster."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm_core.attachments.models import Attachment
from tasks_inbox.commands import claim_work_item, complete_work_item
from tasks_inbox.models import Comment, Draft

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}


def send(client, name, item, body):
    return client.post(reverse(name, args=[item.pk]), json.dumps(body), "application/json", **SCRIPT)


def test_it_works(client, alice, ask):
    item = ask(assignee="alice")
    client.force_login(alice)
    answer = send(client, "task_complete", item, {"answers": {}})
    assert answer.status_code == 200
    assert set(json.loads(answer["HX-Trigger"])) == {"toast", "refresh-lists", "advance"}
    item.refresh_from_db()
    assert (item.status, item.ended_by) == ("completed", alice)


def test_claim_and_give_back(client, alice, ask):
    item = ask(group="sales")
    client.force_login(alice)
    answer = client.post(reverse("task_claim", args=[item.pk]), **SCRIPT)
    assert "data-keeps-pane" in answer.content.decode()
    item.refresh_from_db()
    assert item.assignee == alice
    assert client.post(reverse("task_release", args=[item.pk]), **SCRIPT).status_code == 200
    item.refresh_from_db()
    assert item.assignee is None


def test_who_was_faster_is_named(client, alice, bob, ask):
    item = ask(group="sales")
    claim_work_item(actor=bob, work_item_id=item.pk)
    client.force_login(alice)
    for name in ("task_claim", "task_complete"):
        answer = send(client, name, item, {"answers": {}})
        assert answer.status_code == 409
        assert answer.json() == {"detail": f"{bob.display_name} has taken this task."}
    complete_work_item(actor=bob, work_item_id=item.pk, answers={})
    answer = send(client, "task_complete", item, {"answers": {}})
    assert answer.json() == {"detail": f"{bob.display_name} has completed this task already."}


def test_a_withdrawn_task_says_so(client, alice, ask):
    from workflows.commands import cancel_process

    item = ask(assignee="alice", actor=alice)
    cancel_process(actor=None, instance_id=item.instance_id)
    client.force_login(alice)
    answer = send(client, "task_complete", item, {"answers": {}})
    assert answer.status_code == 409
    assert "withdrawn" in answer.json()["detail"]


def test_wrong_answers_name_their_fields_and_lose_nothing(client, alice, level_task):
    client.force_login(alice)
    answer = send(
        client, "task_complete", level_task, {"answers": {"proposed_level": "diamond", "reason": "strategic"}}
    )
    assert answer.status_code == 400
    assert "proposed_level" in answer.json()["errors"]
    assert "reason" not in answer.json()["errors"]
    level_task.refresh_from_db()
    assert level_task.is_open


@pytest.mark.parametrize("body", ["", "no json", "[]", '{"answers": []}', '{"answers": "x"}', "[" * 100_000])
def test_nonsense_is_refused(client, alice, level_task, body):
    client.force_login(alice)
    for name in ("task_complete", "task_draft"):
        answer = client.post(reverse(name, args=[level_task.pk]), body, "application/json", **SCRIPT)
        assert answer.status_code == 400, name
    level_task.refresh_from_db()
    assert level_task.is_open


def test_what_changed_since_it_was_opened_is_not_decided(client, manager, approval):
    client.force_login(manager)
    answers = {"outcome": "approve", "comment": "Fine"}
    answer = send(client, "task_complete", approval, {"answers": answers, "content_hash": "0" * 32})
    assert answer.status_code == 409
    approval.refresh_from_db()
    assert approval.is_open
    page = client.get(reverse("approval", args=[approval.pk])).content.decode()
    digest = page.split('{"content_hash": "')[1].split('"')[0]
    answer = client.post(
        reverse("task_complete", args=[approval.pk]) + "?from=approvals",
        json.dumps({"answers": answers, "content_hash": digest}),
        "application/json",
        **SCRIPT,
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (204, reverse("approvals"))
    approval.refresh_from_db()
    assert approval.outcome == "approve"


def test_a_rejection_needs_its_reason(client, manager, approval):
    client.force_login(manager)
    answer = send(client, "task_complete", approval, {"answers": {"outcome": "reject"}})
    assert list(answer.json()["errors"]) == ["decision_reason"]


def test_drafts_are_kept_per_person_and_come_back(client, alice, level_task):
    client.force_login(alice)
    answer = send(client, "task_draft", level_task, {"answers": {"remark": "half a thought"}})
    assert "saved_at" in answer.json()
    assert Draft.objects.get(item=level_task).user == alice
    page = client.get(reverse("task", args=[level_task.pk])).content.decode()
    assert "half a thought" in page
    assert "data-draft-saved" in page


def test_a_draft_after_the_login_ended_is_told_so(client, level_task):
    answer = send(client, "task_draft", level_task, {"answers": {"remark": "x"}})
    assert answer.status_code == 401


def test_comments(client, alice, bob, ask):
    item = ask(group="sales")
    client.force_login(alice)
    address = reverse("task_comment", args=[item.pk])
    assert client.get(address, **SCRIPT).status_code == 200
    assert client.post(address, {"text": "Call them <b>first</b>"}, **SCRIPT).status_code == 204
    assert client.post(address, {"text": "  "}, **SCRIPT).status_code == 400
    assert Comment.objects.get().author == alice
    shown = client.get(reverse("task_discussion", args=[item.pk])).content.decode()
    assert "Call them &lt;b&gt;first&lt;/b&gt;" in shown


def test_transfer(client, alice, bob, ask):
    item = ask(assignee="alice")
    client.force_login(alice)
    address = reverse("task_transfer", args=[item.pk])
    assert "people" in client.get(address, **SCRIPT).content.decode()
    assert client.post(address, {"recipient": ""}, **SCRIPT).status_code == 400
    assert client.post(address, {"recipient": "²"}, **SCRIPT).status_code == 400
    answer = client.post(address, {"recipient": bob.pk, "reason": "knows them"}, **SCRIPT)
    assert bob.display_name in json.loads(answer["HX-Trigger"])["toast"]["text"]
    item.refresh_from_db()
    assert item.assignee == bob


def test_files_go_to_the_record(client, alice, charlie, level_task):
    client.force_login(alice)
    address = reverse("task_attach", args=[level_task.pk])
    upload = SimpleUploadedFile("letter.txt", b"They want gold.", "text/plain")
    assert "letter.txt" in client.post(address, {"file": upload}, **SCRIPT).content.decode()
    found = Attachment.objects.get()
    assert (found.record_kind, found.record_id) == (level_task.record_kind, level_task.record_id)
    opened = client.get(reverse("task_file", args=[found.pk]))
    assert opened.content == b"They want gold."
    assert opened["Content-Disposition"].startswith("attachment")
    refused = client.post(address, {"file": SimpleUploadedFile("x.html", b"<html>", "text/html")}, **SCRIPT)
    assert refused.status_code == 400
    client.force_login(charlie)
    assert client.get(reverse("task_file", args=[found.pk])).status_code == 404


def test_looking_ahead_marks_nothing_as_seen(client, alice, ask):
    item = ask(assignee="alice")
    client.force_login(alice)
    client.get(reverse("task_pane", args=[item.pk]), **SCRIPT)
    item.refresh_from_db()
    assert item.opened_at is None
    client.post(reverse("task_opened", args=[item.pk]), **SCRIPT)
    item.refresh_from_db()
    assert item.opened_at is not None


def test_acts_are_no_addresses_to_visit(client, alice, ask):
    item = ask(assignee="alice")
    client.force_login(alice)
    for name in ("task_claim", "task_release", "task_complete", "task_draft", "task_opened", "task_attach"):
        assert client.get(reverse(name, args=[item.pk])).status_code == 405
