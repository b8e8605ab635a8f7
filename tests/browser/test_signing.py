"""Signers in a real browser: asked from the menu, seen in the head of the task, signed, and removed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tasks_inbox import commands
from tasks_inbox.models import Signer, WorkItem
from tests.browser.conftest import picture, violations
from tests.support import diagrams, running

FORM = {
    "id": "plan",
    "type": "default",
    "components": [
        {"type": "number", "key": "amount", "label": "Amount"},
        {
            "type": "radio",
            "key": "outcome",
            "label": "Decision",
            "values": [{"label": "Yes", "value": "approve"}, {"label": "No", "value": "reject"}],
        },
    ],
}


@pytest.fixture
def task(server: Any, alice: Any) -> WorkItem:
    first = diagrams.user(assignee="alice", properties='<zeebe:formDefinition formId="plan"/>')
    running.deploy(
        diagrams.diagram("plans", "start -> decide -> end", start=diagrams.start(), decide=first, end=diagrams.end()),
        **{"plan.form": json.dumps(FORM).encode()},
    )
    return WorkItem.objects.get(instance=running.start("plans", amount=1200))


def test_a_signer_is_asked_signs_and_another_is_removed(open_as, alice, bob, dora, task):
    page = open_as(alice, f"/tasks/{task.pk}/")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Add signer").click()
    page.get_by_role("combobox", name="Who is to sign?").fill("bob")
    page.get_by_role("option").first.click()
    page.get_by_label("What should they look at?").fill("The amount, please.")
    picture(page, "signing-dialog")
    assert violations(page) == []
    page.get_by_role("button", name="Ask to sign").click()
    expect(page.locator("[data-toast]").filter(has_text="was asked to sign")).to_be_visible()
    expect(page.get_by_role("list", name="Signers").get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("button", name="Yes")).to_have_count(0)
    commands.add_signers(actor=alice, work_item_id=task.pk, people=[dora], where=Signer.Where.AFTER)
    page.reload()
    expect(page.get_by_role("list", name="Signers").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_text("Somebody signs before you")).to_be_visible()
    picture(page, "signing-awaited")
    assert violations(page) == []
    page.get_by_role("button", name=f"Do not ask {dora.display_name} any more").click()
    expect(page.locator("[data-toast]").filter(has_text="no longer asked")).to_be_visible()
    assert Signer.objects.filter(removed_at=None).count() == 1

    theirs = WorkItem.objects.get(instance=task.instance, signing="before")
    other = open_as(bob, f"/tasks/{theirs.pk}/")
    expect(other.get_by_text(f"{alice.display_name} asks you to sign this")).to_be_visible()
    other.locator("#task-form[data-ready]").wait_for()
    picture(other, "signing-signer")
    assert violations(other) == []
    other.get_by_role("button", name="Reject").click()
    expect(other.locator("[data-toast]")).to_be_visible()
    task.refresh_from_db()
    assert (task.is_open, task.awaits) == (True, 0)
    page.reload()
    expect(page.get_by_role("list", name="Signers")).to_contain_text("rejected")
    page.locator("#task-form[data-ready]").wait_for()
