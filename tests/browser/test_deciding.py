"""Deciding and handing out by keyboard alone, and by dragging: approvals and the team's tasks."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from crm_core.levels.commands import request_level_change
from tasks_inbox.commands import complete_work_item
from tasks_inbox.models import SeenRecord, WorkItem
from tests.crm import customer, deploy

ANSWERS = {"proposed_level": "silver", "reason": "strategic", "justification": "They open a second house in May."}


@pytest.fixture
def waiting(server: Any, cast: Any) -> list[WorkItem]:
    """Two level changes that wait for the manager, asked for by alice; bob has a request to complete."""
    cast.whole()
    deploy("customer-level-change", "level-review")
    found = []
    for name in ("Lanting Hotels", "Qinghe Dental"):
        change = request_level_change(actor=cast("alice"), customer_id=customer(cast("alice"), name).pk)
        first = WorkItem.objects.get(record_id=str(change.pk))
        complete_work_item(actor=cast("alice"), work_item_id=first.pk, answers=ANSWERS)
        found.append(WorkItem.objects.get(record_id=str(change.pk), status="open"))
    request_level_change(actor=cast("bob"), customer_id=customer(cast("bob"), "Hengtai Textiles").pk)
    return found


def test_a_decision_by_keyboard(server: Any, open_as: Any, cast: Any, waiting: list[WorkItem]) -> None:
    """A phrase, j and k through what waits, approval by its key; then the next one is there."""
    page: Page = open_as(cast("manager"), reverse("approval", args=[waiting[0].pk]))
    expect(page.locator("[data-form-viewer][data-ready]")).to_be_visible()
    page.keyboard.press("j")
    expect(page).to_have_url(server.url + reverse("approval", args=[waiting[1].pk]))
    page.keyboard.press("k")
    expect(page).to_have_url(server.url + reverse("approval", args=[waiting[0].pk]))
    expect(page.locator("[data-form-viewer][data-ready]")).to_be_visible()
    phrase = page.locator("[data-phrase]").first
    phrase.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-form-viewer] textarea").first).to_have_value(phrase.get_attribute("data-phrase") or "")
    page.locator("h1").first.click()
    page.keyboard.press("a")
    expect(page).to_have_url(server.url + reverse("approval", args=[waiting[1].pk]))
    assert SeenRecord.objects.filter(user=cast("manager")).count() == 2


def test_tasks_are_dragged_and_taken_back(open_as: Any, cast: Any, waiting: list[WorkItem]) -> None:
    page: Page = open_as(cast("manager"), reverse("team"))
    row = page.locator("#team-rows [data-live-item]", has_text="Hengtai")
    row.drag_to(page.locator(f'[data-drop-person="{cast("alice").pk}"]'))
    toast = page.locator("#toasts [data-toast]", has_text="1")
    expect(toast).to_be_visible()
    item = WorkItem.objects.get(record_id__isnull=False, element="complete-request", status="open")
    assert item.assignee == cast("alice")
    toast.locator("[data-toast-undo]").click()
    expect(page.locator("#toasts")).to_contain_text("given back")
    item.refresh_from_db()
    assert item.assignee == cast("bob")


def test_tasks_are_given_by_keyboard(open_as: Any, cast: Any, waiting: list[WorkItem]) -> None:
    page: Page = open_as(cast("manager"), reverse("team"))
    page.locator("#team-rows").focus()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("t")
    dialog = page.locator("#dialog, dialog[open]").last
    field = dialog.locator("input[role=combobox]")
    expect(field).to_be_visible()
    field.press_sequentially("alice")
    expect(dialog.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    dialog.locator("button.btn-primary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("1")
