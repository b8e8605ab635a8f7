"""Deciding: the document of each kind, what changed since one saw it, checks with their sources, chain, phrases."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm_core.levels.models import LevelChange
from crm_core.service.models import ServiceRequest
from tasks_inbox.commands import complete_work_item
from tasks_inbox.models import QuickPhrases, SeenRecord, WorkItem
from tests.scenarios.complaint_escalation.conftest import complaint
from tests.scenarios.marketing_plan.conftest import planned, written
from tests.support import diagrams, running

pytestmark = pytest.mark.django_db
__all__ = ["complaint", "planned"]
SCRIPT = {"HTTP_HX_REQUEST": "true"}
OFFER = {"solution": "Back", "compensation_kind": "refund", "compensation": 900}


@pytest.fixture
def compensation(complaint, agent, handler, service_manager):
    """A refund of 900 that waits for the service manager."""
    story = complaint()
    story.classify(agent, harm=500)
    story.handle(handler, OFFER)
    return story


def asked(story):
    return WorkItem.objects.get(instance=story.instance, element="approve", status="open")


def page(client, person, item):
    client.force_login(person)
    answer = client.get(reverse("approval", args=[item.pk]))
    assert answer.status_code == 200
    return answer


def lines(answer):
    return {(row["tone"], row["text"]) for row in answer.context["checks"]["rows"]}


def seen(client, item, answer):
    """What the page's own request notes."""
    number = answer.context["seen_number"]
    assert client.post(reverse("approval_seen", args=[item.pk]), {"number": number}).status_code == 204


def test_a_compensation_is_read_as_one(client, compensation, service_manager):
    answer = page(client, service_manager, asked(compensation))
    text = answer.content.decode()
    for said in ("Compensation for", "¥900", "¥500", "The till booked twice.", "Charged twice", "Back"):
        assert said in text
    assert ("warn", "¥900 is more than the harm of ¥500.") in lines(answer)
    assert ("ok", "Above 200 up to 2000: the service manager") in lines(answer)
    assert ("ok", "The customer was granted nothing else in twelve months.") in lines(answer)
    assert all(row["source"] for row in answer.context["checks"]["rows"])


def test_another_compensation_is_pointed_out_as_far_as_one_may_see_it(client, compensation, service_manager):
    row = compensation.request
    other = ServiceRequest.objects.create(
        number="SR-OTHER", kind="complaint", customer=row.customer, org_unit=row.org_unit, subject="x", compensation=70
    )
    shown = page(client, service_manager, asked(compensation)).context["checks"]["rows"]
    said = [check for check in shown if "one more compensation" in check["text"]]
    assert [check["url"] for check in said] == [reverse("service_request", args=[other.pk])]


def test_the_chain_begins_with_whoever_proposed(client, compensation, service_manager, handler):
    chain = page(client, service_manager, asked(compensation)).context["approval_chain"]
    assert [(step["state"], step["person"]) for step in chain] == [("done", handler), ("now", service_manager)]


def test_what_changed_since_one_saw_it_is_marked_until_it_changes_again(client, compensation, service_manager, handler):
    """Somebody who sent a proposal back sees what became of it, however often they open the page."""
    first = asked(compensation)
    answer = page(client, service_manager, first)
    assert answer.context["changed"] == []
    seen(client, first, answer)
    complete_work_item(
        actor=service_manager, work_item_id=first.pk, answers={"outcome": "reject", "decision_reason": "Less"}
    )
    running.settle()
    compensation.complete("propose", handler, **(OFFER | {"compensation": 400}))
    again = asked(compensation)
    for _time in range(2):
        answer = page(client, service_manager, again)
        assert [(said.old, said.value) for said in answer.context["changed"]] == [("¥900", "¥400")]
        assert "data-only-changes" in answer.content.decode()
        seen(client, again, answer)


def test_acts_that_change_nothing_shown_take_no_mark_away(client, compensation, service_manager):
    item = asked(compensation)
    number = page(client, service_manager, item).context["seen_number"]
    compensation.pass_hours(60)
    assert page(client, service_manager, item).context["seen_number"] == number


def test_the_outsider_notes_nothing_and_nonsense_is_refused(client, compensation, charlie, service_manager):
    item = asked(compensation)
    client.force_login(charlie)
    assert client.post(reverse("approval_seen", args=[item.pk]), {"number": 1}, **SCRIPT).status_code == 404
    client.force_login(service_manager)
    for number in ("", "-1", "x", "9" * 30, "²"):
        assert client.post(reverse("approval_seen", args=[item.pk]), {"number": number}).status_code == 400
    assert not SeenRecord.objects.exists()


def test_a_level_change_is_checked_with_sources(client, approval, manager, alice):
    answer = page(client, manager, approval)
    change = LevelChange.objects.get(pk=approval.record_id)
    assert ("ok", f"{alice.display_name} asked for it, somebody else decides.") in lines(answer)
    assert ("ok", "The level was not changed in the last six months.") in lines(answer)
    assert any(tone == "warn" and "instead" in text for tone, text in lines(answer)), "standard was recommended"
    assert change.number in {row["source"] for row in answer.context["checks"]["rows"]}


def test_any_process_has_the_page(client, alice, manager):
    """A discount a company draws itself is decided on the same page as what is shipped."""
    fields = [
        {"type": "number", "key": "discount", "id": "f1", "label": "Discount in percent", "readonly": True},
        {"type": "checkbox", "key": "first", "id": "f2", "label": "First order", "readonly": True},
        {
            "type": "radio",
            "key": "outcome",
            "id": "f3",
            "label": "Decision",
            "values": [{"label": "Approve", "value": "approve"}, {"label": "Reject", "value": "reject"}],
        },
    ]
    form = {"type": "default", "id": "decide", "components": fields}
    decide = diagrams.user(assignee="manager", properties='<zeebe:formDefinition formId="decide"/>')
    parts = {"start": diagrams.start(), "decide": decide, "end": diagrams.end()}
    running.deploy(
        diagrams.diagram("discount", "start -> decide -> end", **parts), **{"decide.form": json.dumps(form).encode()}
    )
    instance = running.start("discount", actor=alice, discount=12, first=True)
    answer = page(client, manager, WorkItem.objects.get(instance=instance))
    read = {fact["label"]: fact["value"] for fact in answer.context["read"]}
    assert read == {"Discount in percent": "12", "First order": "yes"}
    assert answer.context["asked_by"] == alice
    assert [step["person"] for step in answer.context["approval_chain"]] == [alice, manager]


def test_phrases_are_changed_in_a_dialog(client, approval, manager):
    text = page(client, manager, approval).content.decode()
    assert 'data-phrase="Agreed."' in text
    assert "Agreed." in client.get(reverse("approval_phrases"), **SCRIPT).content.decode()
    answer = client.post(reverse("approval_phrases"), {"phrases": 'Fine\n<b>"no"</b>'}, **SCRIPT)
    assert 'data-phrase="&lt;b&gt;&quot;no&quot;&lt;/b&gt;"' in answer.content.decode()
    assert QuickPhrases.objects.get().phrases == ["Fine", '<b>"no"</b>']
    assert client.post(reverse("approval_phrases"), {"phrases": "x" * 300}, **SCRIPT).status_code == 400


def test_the_queries_do_not_grow_with_the_rounds(client, compensation, service_manager, handler):
    first = asked(compensation)
    page(client, service_manager, first)
    with CaptureQueriesContext(connection) as few:
        page(client, service_manager, first)
    for amount in (800, 700):
        item = asked(compensation)
        complete_work_item(
            actor=service_manager, work_item_id=item.pk, answers={"outcome": "reject", "decision_reason": "Less"}
        )
        running.settle()
        compensation.complete("propose", handler, **(OFFER | {"compensation": amount}))
    last = asked(compensation)
    seen(client, last, page(client, service_manager, last))
    with CaptureQueriesContext(connection) as many:
        page(client, service_manager, last)
    assert len(many) <= len(few) + 1, "what changed since is the one query more"


def test_who_comes_next_is_worked_out_before_the_process_has(client, level_task, alice, manager, director):
    """Whoever completes the request learns by which rule who will decide; nothing is written for it."""
    client.force_login(alice)
    before = WorkItem.objects.count()
    steps = client.get(reverse("approval_ahead", args=[level_task.pk]), **SCRIPT).context["steps"]
    assert [step["state"] for step in steps] == ["next"] * len(steps)
    assert WorkItem.objects.count() == before


def test_the_route_of_a_plan_is_known_from_its_evaluation(client, planned, analyst, marketing_manager, director):
    run = planned("150000", concession_percent=10)
    run.complete("draft", analyst, **written(run.plan))
    client.force_login(marketing_manager)
    steps = client.get(reverse("approval_ahead", args=[run.item("evaluate").pk]), **SCRIPT).context["steps"]
    assert [step["person"].username for step in steps][:2] == ["marketing_manager", "director"]
    assert {step["rule"].partition(" · ")[0] for step in steps} == {"Above 100000: up to headquarters marketing"}
    assert "evaluate" in run.waiting, "looking ahead moves nothing"


def test_the_outsider_learns_nothing_of_the_route(client, approval, charlie):
    client.force_login(charlie)
    assert client.get(reverse("approval_ahead", args=[approval.pk]), **SCRIPT).status_code == 404


# --- on a phone -------------------------------------------------------------------------------------------------------


def test_much_money_takes_a_longer_press(client, compensation, service_manager, settings):
    item = asked(compensation)
    assert page(client, service_manager, item).context["longer_press"] == {}
    settings.INBOX_HOLD_ABOVE = 899
    answer = page(client, service_manager, item)
    press = answer.context["longer_press"]
    assert (press["ask"], press["hint"]) == ("Approve ¥900?", "¥900: hold to approve.")
    assert press["values"] == ["approve"]
    assert answer.content.decode().count("data-hold=") == 1
    settings.INBOX_HOLD_ABOVE = 900
    assert page(client, service_manager, item).context["longer_press"] == {}, "above it, not at it"
    settings.INBOX_HOLD_ABOVE = 0
    assert page(client, service_manager, item).context["longer_press"] == {}, "0 means never"


def test_who_may_not_see_the_amount_learns_nothing_from_the_press(client, compensation, service_manager, monkeypatch):
    monkeypatch.setattr("accounts.scopes.mask_for", lambda user, kind: frozenset({"compensation"}))
    press = page(client, service_manager, asked(compensation)).context["longer_press"]
    assert (press["ask"], press["hint"]) == ("Approve this?", "Hold to approve.")
