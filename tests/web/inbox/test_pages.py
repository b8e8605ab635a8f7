"""Every page of the inbox's area opens for those it is for, in both languages, and for nobody else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tasks_inbox.models import WorkItem
from tests.crm import customer

pytestmark = pytest.mark.django_db


def test_it_works(client, alice, ask):
    item = ask(assignee="alice")
    client.force_login(alice)
    page = client.get(reverse("inbox", args=["mine"]))
    assert page.status_code == 200
    text = page.content.decode()
    assert f'data-live-item="{item.pk}"' in text
    assert 'data-live-list="inbox:mine"' in text
    assert "step 1 of 2" in text


def test_the_start_page_is_the_inbox(client, alice):
    client.force_login(alice)
    assert client.get("/")["Location"] == reverse("inbox", args=["mine"])


def test_visitors_are_sent_to_sign_in_and_scripts_told_so(client):
    address = reverse("inbox", args=["mine"])
    assert client.get(address)["Location"].startswith("/accounts/login/")
    assert client.get(address, HTTP_HX_REQUEST="true").status_code == 401


@pytest.mark.parametrize("view", ["mine", "groups", "overdue", "today", "done", "started"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_view_opens_empty(client, alice, view, language):
    alice.language = language
    alice.save(update_fields=["language"])
    client.force_login(alice)
    assert client.get(reverse("inbox", args=[view])).status_code == 200


def test_there_are_no_other_views(client, alice):
    client.force_login(alice)
    assert client.get("/inbox/everything/").status_code == 404


def test_a_level_task_shows_form_record_and_steps(client, alice, level_task):
    client.force_login(alice)
    page = client.get(reverse("task", args=[level_task.pk])).content.decode()
    assert "Lanting Hotels" in page
    assert '"key": "proposed_level"' in page
    assert 'data-element="complete-request"' in page


def test_a_level_task_speaks_chinese(client, alice, level_task):
    alice.language = "zh-hans"
    alice.save(update_fields=["language"])
    client.force_login(alice)
    page = client.get(reverse("task", args=[level_task.pk])).content.decode()
    assert "填写申请" in page
    assert "客户级别变更" in page


def test_the_outsider_sees_no_task(client, charlie, level_task):
    client.force_login(charlie)
    for name in ("task", "task_pane", "task_diagram", "task_files", "task_discussion", "approval"):
        assert client.get(reverse(name, args=[level_task.pk])).status_code == 404, name
    for name in ("task_claim", "task_release", "task_complete", "task_comment", "task_transfer", "task_attach"):
        assert client.post(reverse(name, args=[level_task.pk])).status_code == 404, name


def test_the_diagram_is_the_deployed_one(client, alice, level_task):
    client.force_login(alice)
    answer = client.get(reverse("task_diagram", args=[level_task.pk]))
    assert answer["Content-Type"] == "application/xml"
    assert b'id="complete-request"' in answer.content


def test_an_approval_reads_as_a_document(client, manager, approval):
    client.force_login(manager)
    start = client.get(reverse("approvals"))
    assert start["Location"] == reverse("approval", args=[approval.pk])
    page = client.get(start["Location"]).content.decode()
    for words in ("Lanting Hotels", "Answer times, factor", "Consumption in 12 months", "asked for it, round 1"):
        assert words in page, words
    assert page.count('"outcome": "reject"') == 2  # beside the document and in the thumb bar
    assert "They open a second house in May." in page


def test_the_rule_behind_an_approval_is_said_in_the_readers_language(client, manager, approval):
    """Whoever decides in Chinese reads the rule in Chinese."""
    client.force_login(manager)
    english = client.get(reverse("approval", args=[approval.pk])).content.decode()
    assert "Everybody else" in english
    manager.language = "zh-hans"
    manager.save(update_fields=["language"])
    client.force_login(manager)
    chinese = client.get(reverse("approval", args=[approval.pk])).content.decode()
    assert "其他客户" in chinese
    assert "Everybody else" not in chinese


def test_my_requests_say_who_has_them(client, alice, manager, approval):
    client.force_login(alice)
    page = client.get(reverse("requests_mine")).content.decode()
    assert manager.display_name in page
    assert approval.name in page


def test_the_team_of_the_manager(client, manager, alice, charlie, level_task):
    client.force_login(manager)
    page = client.get(reverse("team"))
    assert f'data-live-item="{level_task.pk}"' in page.content.decode()
    client.force_login(charlie)
    assert client.get(reverse("team")).status_code == 403


def test_search_finds_customers_tasks_and_numbers(client, alice, charlie, level_task):
    client.force_login(alice)
    found = client.get(reverse("palette"), {"q": "lanting"}).json()["groups"]
    assert {group["label"] for group in found} == {"Customers", "Tasks"}
    found = client.get(reverse("palette"), {"q": level_task.record_number}).json()["groups"]
    assert "Records" in {group["label"] for group in found}
    client.force_login(charlie)
    assert client.get(reverse("palette"), {"q": "lanting"}).json() == {"groups": []}
    assert client.get(reverse("palette"), {"q": level_task.record_number}).json() == {"groups": []}
    assert client.get(reverse("search"), {"q": "lanting"}).status_code == 200


def test_people_are_found_by_name(client, alice, bob):
    client.force_login(alice)
    found = client.get(reverse("people_search"), {"q": "周博"}).json()["results"]
    assert [entry["id"] for entry in found] == [bob.pk]


@pytest.mark.parametrize(
    "name", ["notifications", "profile", "profile_password", "approvals", "requests_mine", "search"]
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_other_pages_open(client, manager, name, language):
    manager.language = language
    manager.save(update_fields=["language"])
    client.force_login(manager)
    assert client.get(reverse(name)).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_rows(client, alice, ask, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(alice)

    def count(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    addresses = [reverse("inbox", args=["mine"]), reverse("inbox_rows", args=["mine"]), reverse("requests_mine")]
    ask(assignee="alice", actor=alice)
    few = [count(address) for address in addresses]
    for _ in range(6):
        ask(assignee="alice", actor=alice)
    assert [count(address) for address in addresses] == few
    assert WorkItem.objects.filter(assignee=alice).count() == 7


def test_rows_of_records_take_one_query_per_kind(client, alice, level_processes):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from crm_core.levels.commands import request_level_change

    client.force_login(alice)
    address = reverse("inbox_rows", args=["mine"])
    counts = []
    for name in ("Lanting Hotels", "Hengtai Textiles", "Huaxin Logistics"):
        request_level_change(actor=alice, customer_id=customer(alice, name).pk)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address).content.decode()
        assert name in page
        counts.append(len(queries))
    assert len(set(counts)) == 1
