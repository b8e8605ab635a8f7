"""Processes and administration in a real browser: drawn, worked by keyboard, and readable by everybody."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import picture, violations
from tests.crm import customer, deploy
from workflows.models import ProcessInstance


@pytest.fixture
def level_run(server: Any, alice: Any) -> ProcessInstance:
    """A level change that waits for alice."""
    from crm_core.levels.commands import request_level_change

    deploy("customer-level-change", "level-review")
    request_level_change(actor=alice, customer_id=customer(alice).pk)
    return ProcessInstance.objects.filter(parent=None).latest("started_at")


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
def test_from_the_list_to_a_run(open_as, admin, level_run, language, theme):
    admin.language, admin.theme = language, theme
    admin.save(update_fields=["language", "theme"])
    page = open_as(admin, "/processes/")
    picture(page, f"processes-list-{language}")
    assert violations(page) == []
    page.goto(f"/processes/{level_run.process_key}/")
    page.locator("[data-diagram][data-ready]").wait_for()
    picture(page, f"processes-page-{language}")
    assert violations(page) == []
    page.goto(f"/processes/-/runs/{level_run.pk}/")
    page.locator("[data-diagram][data-ready]").wait_for()
    expect(page.locator(".diagram-badge").first).to_be_visible()
    picture(page, f"processes-run-{language}")
    assert violations(page) == []


def test_a_run_is_suspended_by_keyboard(open_as, admin, level_run):
    page = open_as(admin, f"/processes/-/runs/{level_run.pk}/")
    page.locator("[data-diagram][data-ready]").wait_for()
    page.keyboard.press("p")
    page.get_by_label("Reason").fill("Prices are being checked")
    picture(page, "processes-suspend")
    page.locator("#dialog button[type=submit]").click()
    expect(page.get_by_role("button", name="Let it go on")).to_be_visible()
    level_run.refresh_from_db()
    assert level_run.status == ProcessInstance.Status.SUSPENDED


@pytest.mark.parametrize("section", ["people", "units", "rights", "substitutions", "calendars", "queues", "retention"])
def test_administration_is_readable(open_as, admin, alice, bob, section):
    page = open_as(admin, f"/administration/{section}/")
    picture(page, f"admin-{section}")
    assert violations(page) == []
