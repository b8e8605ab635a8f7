"""Above the form stands in plain words why the task came, what each button leads to, and when all is likely done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from bpmn.commands import store_versions
from tasks_inbox import likely
from tasks_inbox.commands import claim_work_item, complete_work_item, delegate_work_item, transfer_work_item
from tasks_inbox.models import Draft, WorkItem, WorkItemEvent
from tests.support import diagrams, running
from web.views.task_ahead import ahead_of
from web.views.task_process import process_of
from web.views.task_why import why_of
from web.views.task_words import likely_of
from workflows.models import Effect, HistoryEvent, ProcessInstance
from workflows.registry import service_task

pytestmark = pytest.mark.django_db
ALL = "all"
HIDDEN = "accounts.scopes.mask_for"


def words(client, item):
    return client.get(reverse("task_words", args=[item.pk]), HTTP_HX_REQUEST="true")


def lines(rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    """What is shown for each button."""

    def said(line: dict[str, Any]) -> str:
        who = line["person"].username if line.get("person") else line.get("who", "")
        return f"{who}: {line['what']}" if who else line["what"]

    return {ALL if row.get("of_all") else row["label"]: [said(line) for line in row["lines"]] for row in rows}


def form(*components: dict[str, Any]) -> bytes:
    return orjson.dumps({"id": "ask", "type": "default", "components": list(components)})


DECISION = {
    "type": "radio",
    "key": "outcome",
    "label": "Decision",
    "values": [{"label": "Yes", "value": "approve"}, {"label": "No", "value": "reject"}],
}
AMOUNT = {"type": "number", "key": "amount", "label": "Amount"}
WITH_FORM = '<zeebe:formDefinition formId="ask"/>'


def deciding(**nodes: diagrams.Element) -> WorkItem:
    """alice decides; approved small amounts end, large ones go to bob; refused ones are checked by a handler."""
    shown = {
        "start": diagrams.start(),
        "first": diagrams.user(assignee="alice", properties=WITH_FORM),
        "gate": diagrams.exclusive(default="gate-to-done"),
        "second": diagrams.user(assignee="bob"),
        "check": diagrams.service("test.look"),
        "after": diagrams.exclusive(default="after-to-over"),
        "third": diagrams.user(group="sales@HZ"),
        "done": diagrams.end(),
        "over": diagrams.end(),
    }
    drawn = diagrams.diagram(
        "deciding",
        "start -> first -> gate",
        'gate -[outcome = "approve" and amount > 500]-> second -> over',
        'gate -[outcome = "reject"]-> check -> after',
        "after -[found = true]-> third -> over",
        "after -> over",
        "gate -> done",
        **shown | nodes,
    )
    store_versions(actor=None, files={"deciding.bpmn": drawn, "ask.form": form(AMOUNT, DECISION)})
    return WorkItem.objects.get(instance=running.start("deciding", amount=100))


@pytest.fixture
def _looking() -> None:
    @service_task("test.look", results={"found": "Whether there is something"})
    def look(step: Any) -> dict[str, Any]:
        raise AssertionError("nothing is caused by looking ahead")


# --- what comes next --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_looking")
def test_each_button_with_these_data(alice, bob):
    item = deciding()
    shown = lines(ahead_of(alice, item))
    assert shown["Yes"] == ["Ends: “done”"]
    assert shown["No"] == ["Ends: “over”", "Unless “check” finds otherwise: then “third”."]
    Draft.objects.create(item=item, user=alice, answers={"amount": 900}, saved_at=item.created_at)
    assert lines(ahead_of(alice, item))["Yes"] == ["bob: second"]


@pytest.mark.usefixtures("_looking")
def test_without_a_usual_way_it_is_not_guessed(alice):
    shown = lines(ahead_of(alice, deciding(after=diagrams.exclusive())))
    assert shown["No"] == ["Then it depends on what “check” finds: “third” or “over”"]


def test_what_a_handler_repeats_is_known(alice):
    @service_task("test.look", results={"found": "As given"}, echoes={"found": "given"})
    def look(step: Any, *, given: bool) -> dict[str, Any]:
        return {"found": given}

    check = diagrams.service("test.look", inputs={"given": "true"})
    (line,) = lines(ahead_of(alice, deciding(check=check)))["No"]
    assert line.endswith(": third")


@pytest.mark.usefixtures("_looking")
def test_looking_ahead_leaves_nothing_behind(client, alice):
    item = deciding()
    before = ProcessInstance.objects.values().get(pk=item.instance_id), HistoryEvent.objects.count()
    client.force_login(alice)
    assert words(client, item).status_code == 200
    assert (ProcessInstance.objects.values().get(pk=item.instance_id), HistoryEvent.objects.count()) == before
    assert not Effect.objects.exists()
    assert WorkItem.objects.count() == 1


def test_a_task_beside_others_waits_for_them(alice):
    nodes = {"fork": diagrams.parallel(), "join": diagrams.parallel()}
    drawn = diagrams.diagram(
        "beside",
        "start -> fork -> first -> join -> end",
        "fork -> second -> join",
        start=diagrams.start(),
        first=diagrams.user(assignee="alice"),
        second=diagrams.user(assignee="bob"),
        end=diagrams.end(),
        **nodes,
    )
    running.deploy(drawn)
    item = WorkItem.objects.get(instance=running.start("beside"), element="first")
    assert lines(ahead_of(alice, item)) == {"": ["Then it waits for what others still do."]}


def test_the_shipped_level_change(alice, manager, director, approval):
    shown = lines(ahead_of(manager, approval))
    assert shown["Approve"] == ["director: Decide on the change"]
    assert shown["Return for rework"] == ["alice: Complete the request"]
    assert shown["Reject"] == ["Ends: “Rejected”"]
    assert shown[ALL] == ["Unless “Check the evidence” finds otherwise: then “Decide on the change”."]


# --- why --------------------------------------------------------------------------------------------------------------


def test_the_rule_and_the_row_of_the_table(manager, approval):
    rule, *rows = why_of(manager, approval)
    assert rule == "The route asks for the role “Sales manager”: the nearest holder who may decide has it."
    assert rows[0] == "Find the approval route: Up against the recommendation"


def test_the_same_in_chinese(manager, approval):
    with override("zh-hans"):
        _rule, row, *_rest = why_of(manager, approval)
    assert "Up against" not in row


def test_values_only_where_nothing_is_hidden(manager, approval, monkeypatch):
    monkeypatch.setattr(HIDDEN, lambda user, kind: frozenset())
    assert "strategic" in " ".join(why_of(manager, approval))
    monkeypatch.setattr(HIDDEN, lambda user, kind: frozenset({"evidence"}) if kind == "customer" else frozenset())
    assert "strategic" not in " ".join(why_of(manager, approval))


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda item, alice, bob: claim_work_item(actor=alice, work_item_id=item.pk), "You took it from the queue."),
        (
            lambda item, alice, bob: transfer_work_item(
                actor=bob, work_item_id=item.pk, recipient=alice, reason="You know them."
            ),
            "Bob Tester passed it on. “You know them.”",
        ),
        (
            lambda item, alice, bob: delegate_work_item(actor=bob, work_item_id=item.pk, delegate=alice),
            "Bob Tester asks for the work to be done; it goes back to them afterwards.",
        ),
    ],
)
def test_how_it_was_given(ask, alice, bob, act, said):
    item = ask(group="sales")
    if "queue" not in said:
        claim_work_item(actor=bob, work_item_id=item.pk)
    act(item, alice, bob)
    assert why_of(alice, WorkItem.objects.get(pk=item.pk))[0] == said


def test_what_the_model_says(ask, alice):
    offered = ask(group="sales")
    assert why_of(alice, offered) == ["Offered to: Sales."]
    named = ask(assignee="alice")
    assert why_of(alice, named) == ["The process names the person."]


# --- when -------------------------------------------------------------------------------------------------------------


def past_processes(ask, alice, clock, count: int) -> None:
    """Completed ones whose steps took five hours and two days."""
    for _number in range(count):
        item = ask(assignee="alice")
        clock.advance(timedelta(hours=5))
        complete_work_item(actor=alice, work_item_id=item.pk, answers={})
        clock.advance(timedelta(days=2))
        complete_work_item(
            actor=alice, work_item_id=WorkItem.objects.get(instance=item.instance_id, element="second").pk, answers={}
        )


def test_from_past_processes(ask, alice, clock):
    past_processes(ask, alice, clock, likely.FEWEST)
    past = likely.usually(ask(assignee="alice"))
    assert past is not None
    assert past.half == past.most == timedelta(days=2, hours=5)
    assert (past.own, past.count) == (timedelta(hours=5), likely.FEWEST)
    item = ask(assignee="alice")
    assert likely_of(item)["text"].startswith("Likely on ")
    clock.advance(timedelta(days=3))
    assert "longer than most" in likely_of(item)["text"]
    with CaptureQueriesContext(connection) as captured:
        assert likely_of(item)
    assert len(captured) == 0, "it is remembered for some minutes"


def test_a_few_say_nothing(ask):
    assert likely_of(ask(assignee="alice")) == {}


def steps_to_come(user, item: WorkItem) -> dict[str, str]:
    """What the process tab says beside each step that nobody has reached."""
    chain = process_of(user, item)["chain"]
    return {step["element"]: step["note"] for step in chain if step["state"] == "next"}


def test_a_step_to_come_says_how_long_it_usually_takes(client, ask, alice, clock):
    past_processes(ask, alice, clock, likely.FEWEST)
    item = ask(assignee="alice")
    assert steps_to_come(alice, item) == {"second": "may follow, usually 2 d"}
    with CaptureQueriesContext(connection) as captured:
        steps_to_come(alice, item)
    assert not [query for query in captured if "percentile" in query["sql"]], "it is remembered for some minutes"
    client.force_login(alice)
    assert "may follow, usually 2 d" in client.get(reverse("task", args=[item.pk])).content.decode()


def test_a_step_to_come_of_few_processes_says_nothing_of_time(ask, alice, clock):
    past_processes(ask, alice, clock, likely.FEWEST - 1)
    assert steps_to_come(alice, ask(assignee="alice")) == {"second": "may follow"}


def test_a_process_that_goes_on_counts_for_nothing(ask, alice, clock):
    past_processes(ask, alice, clock, likely.FEWEST - 1)
    complete_work_item(actor=alice, work_item_id=ask(assignee="alice").pk, answers={})
    assert steps_to_come(alice, ask(assignee="alice")) == {"second": "may follow"}


# --- rights and cost --------------------------------------------------------------------------------------------------


def test_the_outsider_learns_nothing(client, charlie, alice, approval):
    client.force_login(charlie)
    assert words(client, approval).status_code == 404
    client.force_login(alice)
    shown = words(client, approval).content.decode()
    assert "Why it is here" in shown
    assert "After" not in shown, "alice cannot decide it"


def test_an_ended_task_has_no_words(client, alice, ask):
    item = ask(assignee="alice")
    complete_work_item(actor=alice, work_item_id=item.pk, answers={})
    client.force_login(alice)
    assert words(client, item).content == b""


def test_it_costs_the_same_whatever_happened_before(client, alice, bob, manager, approval):
    client.force_login(manager)
    words(client, approval)
    with CaptureQueriesContext(connection) as few:
        words(client, approval)
    for number in range(20):
        WorkItemEvent.objects.create(item=approval, kind="commented", at=approval.created_at, data={"n": number})
    with CaptureQueriesContext(connection) as many:
        words(client, approval)
    assert len(many) == len(few)
    assert len(few) <= 60


def test_the_page_itself_does_not_wait_for_them(client, manager, approval):
    client.force_login(manager)
    page = client.get(reverse("task", args=[approval.pk])).content.decode()
    assert reverse("task_words", args=[approval.pk]) in page
    assert "The route asks for" not in page
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("task_pane", args=[approval.pk]), HTTP_HX_REQUEST="true")
    assert len(captured) <= 45
