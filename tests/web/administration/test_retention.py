"""The page on which administrators say how long ended processes are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows.archiving import commands as archive
from workflows.models import Retention
from workflows.sealing import keys
from workflows.sealing.commands import seal

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PAGE = "admin_retention"


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.HISTORY_KEY_DIR, settings.HISTORY_ARCHIVE_DIR = tmp_path / "secrets", tmp_path / "archive"


def deployed(*keys_of):
    for key in keys_of:
        running.deploy(diagram(key, "begin -> ask -> done", begin=start(), ask=user(group="sales"), done=end()))


def over(key, alice):
    instance = running.start(key, actor=alice)
    running.complete(instance, "ask", actor=alice)
    return instance


def edit(key):
    return reverse("admin_retention_edit", args=[key])


def rows_of(client):
    return {row["key"]: row for row in client.get(reverse(PAGE)).context["rows"]}


def test_it_works(as_, admin, alice, clock):
    deployed("offer")
    gone = over("offer", alice)
    archive.archive(actor=None, roots=[gone.pk])
    over("offer", alice)
    client = as_(admin)
    assert rows_of(client)["offer"]["words"] == "Kept for good"
    answer = client.post(edit("offer"), {"days": "30", "delete_after": "3650"}, headers=HTMX)
    assert answer.status_code in {200, 204}
    row = Retention.objects.get()
    assert (row.process_key, row.days, row.delete_after, row.changed_by) == ("offer", 30, 3650, admin)
    shown = rows_of(client)["offer"]
    assert shown["words"] == "Archived after 30 days, deleted after 3650 days"
    assert (shown["kept"].ended, shown["kept"].archived) == (1, 1)
    assert AuditEvent.objects.get(event="retention.set").data == {"days": 30, "delete_after": 3650}
    client.post(edit("offer"), {"days": "", "delete_after": ""}, headers=HTMX)
    assert not Retention.objects.exists()


@pytest.mark.parametrize(
    ("days", "delete_after"), [("30", "10"), ("", "10"), ("-1", ""), ("x", ""), ("1e3", ""), ("99999999999", "")]
)
def test_impossible_numbers_are_refused_beside_their_field(as_, admin, clock, days, delete_after):
    deployed("offer")
    answer = as_(admin).post(edit("offer"), {"days": days, "delete_after": delete_after}, headers=HTMX)
    assert answer.status_code == 422
    assert not Retention.objects.exists()


def test_not_for_others(as_, alice, operator, branch_admin, clock):
    """Branch administrators read it; how long the company keeps things is not theirs."""
    deployed("offer")
    for person in (alice, operator, branch_admin):
        assert as_(person).post(edit("offer"), {"days": "1"}, headers=HTMX).status_code == 403
    page = as_(branch_admin).get(reverse(PAGE))
    assert (page.status_code, page.context["may_change"]) == (200, False)
    assert not Retention.objects.exists()


def test_a_lost_key_is_told(as_, admin, clock, alice, settings):
    deployed("offer")
    over("offer", alice)
    client = as_(admin)
    assert "renew_history_key" not in client.get(reverse(PAGE)).content.decode()
    seal()
    assert client.get(reverse(PAGE)).context["keeping"].last_seal.number == 1
    (settings.HISTORY_KEY_DIR / keys.KEY_FILE).unlink()
    assert "renew_history_key" in client.get(reverse(PAGE)).content.decode()


def test_a_process_that_is_not_in_use_any_more_is_still_there(as_, admin, clock):
    Retention.objects.create(process_key="old", days=5, changed_at=clock.now())
    assert rows_of(as_(admin))["old"]["name"] == "old"
    assert as_(admin).get(edit("old")).status_code == 200


def test_the_number_of_queries_does_not_grow(as_, admin, alice, clock):
    client = as_(admin)
    deployed("one")
    client.get(reverse(PAGE))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(PAGE))
    deployed("two", "three", "four")
    for key in ("two", "three", "four"):
        over(key, alice)
        Retention.objects.create(process_key=key, days=5, changed_at=clock.now() - timedelta(days=1), changed_by=admin)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(PAGE))
    assert len(many) == len(few)
