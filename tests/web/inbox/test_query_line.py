"""The inbox under a query line, in other orders, under other headings: what is shown, what is said of mistakes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config import clock as clocks
from crm_core.levels.commands import request_level_change
from notifications import live_lists
from tasks_inbox import lists
from tasks_inbox.models import Label, Labelling, WorkItem
from tests.crm import customer, order
from workflows import records

pytestmark = pytest.mark.django_db
ROW = re.compile(r'data-live-item="([0-9a-f-]{36})"')


def shown(client, view="mine", **query):
    return ROW.findall(client.get(reverse("inbox_rows", args=[view]), query).content.decode())


def change(item, **values):
    WorkItem.objects.filter(pk=item.pk).update(**values)


@pytest.fixture
def three(client, alice, ask, clock):
    """Three tasks of alice's: late, due within the day, without a date."""
    late, soon, never = (ask(assignee="alice") for _ in range(3))
    change(late, due_at=clocks.now() - timedelta(hours=1), priority=80)
    change(soon, due_at=clocks.now() + timedelta(hours=20), opened_at=clocks.now())
    change(never, created_at=clocks.now() - timedelta(days=5))
    client.force_login(alice)
    return {"late": str(late.pk), "soon": str(soon.pk), "never": str(never.pk)}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("due:late", {"late"}),
        ("is:overdue", {"late"}),
        ("-is:overdue", {"soon", "never"}),
        ("due:<1d", {"late", "soon"}),
        ("due:<1d -due:late", {"soon"}),
        ("due:>2h", {"soon"}),
        ("due:none", {"never"}),
        ("-due:none", {"late", "soon"}),
        ("到期：无", {"never"}),
        ("due:>=2020-01-01 due:<2020-02-01", set()),
        ("priority:>50", {"late"}),
        ("priority:<=50", {"soon", "never"}),
        ("priority:80", {"late"}),
        ("age:>3d", {"never"}),
        ("age:<3d", {"late", "soon"}),
        ("is:unread", {"late", "never"}),
        ("is:claimed assignee:me", {"late", "soon", "never"}),
        ("is:unclaimed", set()),
        ("assignee:bob", set()),
        ("-assignee:bob", {"late", "soon", "never"}),
        ("process:asking", {"late", "soon", "never"}),
        ("process:nothing", set()),
        ("process:nothing process:asking", {"late", "soon", "never"}),
        ("-process:asking", set()),
        ("step:first", {"late", "soon", "never"}),
        ("-step:first", set()),
        ("unit:HZ", set()),
        ("label:urgent", set()),
        ("first", {"late", "soon", "never"}),
        ("-first", set()),
    ],
)
def test_each_filter_finds_what_it_says(client, three, line, found):
    assert set(shown(client, q=line)) == {three[name] for name in found}


def test_labels_are_found_by_those_who_see_them(client, alice, bob, three):
    item = WorkItem.objects.get(pk=three["soon"])
    for owner, name in ((alice, "Urgent"), (bob, "secret")):
        label = Label.objects.create(owner=owner, name=name)
        Labelling.objects.create(item=item, label=label, by=owner, at=clocks.now())
    assert shown(client, q="label:urgent") == [three["soon"]]
    assert set(shown(client, q="-label:urgent")) == {three["late"], three["never"]}
    assert shown(client, q="label:secret") == []


def test_queues_are_searched_too(client, alice, level_processes, ask):
    free = ask(group="sales")
    client.force_login(alice)
    for line in ("step:first", "is:unclaimed", "-due:late", "first", "process:asking"):
        assert shown(client, "groups", q=line) == [str(free.pk)], line
    assert shown(client, "groups", q="due:late") == []
    assert shown(client, "groups", q="customer:Lanting") == []


def test_a_customers_tasks_are_found_in_a_queue_however_long_it_is(client, alice, bob, level_task, ask, monkeypatch):
    """What an index leads to is found behind any number of other tasks; the rest is searched so far and says so."""
    from tasks_inbox.models import Candidate

    monkeypatch.setattr(lists, "QUEUE_SCAN", 1)
    first = ask(group="sales")
    change(level_task, assignee=None)
    Candidate.objects.filter(item=level_task).delete()
    Candidate.objects.create(
        item=level_task, group_key="sales", sort_at=clocks.now() + timedelta(days=400), created_at=clocks.now()
    )
    Candidate.objects.filter(item=first).update(sort_at=clocks.now())
    client.force_login(alice)
    assert shown(client, "groups", q="customer:Lanting") == [str(level_task.pk)]
    assert shown(client, "groups", q="is:unclaimed") == [str(first.pk)]
    page = client.get(reverse("inbox_rows", args=["groups"]), {"q": "is:unclaimed"}).content.decode()
    assert "more tasks than can be searched" in page


MISTAKES = {
    "due:soon": "This is no time",
    "is:nice": "A task can be: unclaimed",
    "costumer:Acme": "There is no filter “costumer”",
    "prio:>5": "Did you mean priority?",
    'customer:"Acme': "not closed",
    "priority:high": "whole number",
    "x" * 401: "too long",
    " ".join(f"word{number}" for number in range(30)): "Only the first 20",
}


@pytest.mark.parametrize("line", MISTAKES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_mistake_is_said_in_words_and_what_was_typed_stays(client, alice, three, line, language):
    alice.language = language
    alice.save(update_fields=["language"])
    answer = client.get(reverse("inbox", args=["mine"]), {"add": line})
    page = unescape(answer.content.decode())
    assert answer.status_code == 200
    assert 'id="query-troubles"' in page
    assert 'aria-invalid="true"' in page
    if language == "en":
        assert MISTAKES[line] in page
    if len(line) < 40:
        assert f"<mark>{line}</mark>" in page


HOSTILE = [
    "'; DROP TABLE tasks_inbox_workitem; --",
    'customer:"x\' OR 1=1"',
    "%_%\\",
    "due:<999w due:>999w age:>999w",
    "a\0b step:\0",
    "customer:" + "酒" * 300,
    "(((" * 60,
    "unit:% assignee:% label:%",
    "<script>alert(1)</script>",
    "\U0001f600 step:\U0001f600",
]


@pytest.mark.parametrize("line", HOSTILE)
@pytest.mark.parametrize("view", ["mine", "groups", "done", "started", "watching", "cc"])
def test_hostile_lines_are_answered_like_any_other(client, alice, three, line, view):
    answer = client.get(reverse("inbox", args=[view]), {"q": line, "sort": line[:9], "group": line[:9], "saved": line})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_the_line_becomes_chips_each_of_which_can_be_taken_away(client, three):
    asked = {"q": "due:<3d -is:unread", "add": "first", "sort": "best", "saved": "x"}
    page = client.get(reverse("inbox", args=["mine"]), asked, follow=True)
    assert page.redirect_chain == [("/inbox/mine/?q=due%3A%3C3d+-is%3Aunread+first&sort=best", 302)]
    text = unescape(page.content.decode())
    assert '<b>Due</b><span class="truncate">within 3 d</span>' in text
    assert "State is not" in text
    assert "/inbox/mine/?q=-is%3Aunread+first&sort=best" in text
    assert "/inbox/mine/?q=due%3A%3C3d+-is%3Aunread&sort=best" in text


def test_next_best_is_risk_then_priority_then_age_and_says_why(client, three):
    assert shown(client, sort="best") == [three["late"], three["soon"], three["never"]]
    page = unescape(client.get(reverse("inbox", args=["mine"]), {"sort": "best"}).content.decode())
    assert "1 h late, priority 80, waiting for" in page
    change(WorkItem.objects.get(pk=three["never"]), due_at=clocks.now() + timedelta(hours=21), priority=90)
    assert shown(client, sort="best", group="none") == [three["late"], three["never"], three["soon"]]


def test_sorting_by_hand_is_always_possible(client, three):
    assert shown(client, sort="priority", group="none")[0] == three["late"]
    assert shown(client, sort="oldest", group="none")[0] == three["never"]
    assert shown(client, sort="newest", group="none")[-1] == three["never"]
    assert shown(client, sort="nonsense") == shown(client)


def test_the_amount_at_stake_decides_between_equals(client, alice, ask, clock, monkeypatch):
    small, large = ask(assignee="alice"), ask(assignee="alice")
    for item, amount in ((small, "900.00"), (large, "120000.00")):
        about = order(customer(alice, f"Customer {amount}"), clocks.now().date(), amount)
        change(item, record_kind="sales_order", record_id=str(about.pk), created_at=clocks.now())
    client.force_login(alice)
    assert shown(client, sort="best", group="none") == [str(large.pk), str(small.pk)]
    assert "¥120,000" in client.get(reverse("inbox", args=["mine"]), {"sort": "best"}).content.decode()
    hidden = replace(records.kind("sales_order"), mask_for=lambda user: frozenset({"amount"}))
    monkeypatch.setitem(records._kinds, "sales_order", hidden)
    assert "¥120,000" not in client.get(reverse("inbox", args=["mine"]), {"sort": "best"}).content.decode()


def test_headings_by_customer_and_process(client, alice, level_processes, ask):
    ask(assignee="alice")
    for name in ("Lanting Hotels", "Hengtai Textiles"):
        request_level_change(actor=alice, customer_id=customer(alice, name).pk)
    client.force_login(alice)
    page = client.get(reverse("inbox_rows", args=["mine"]), {"group": "customer"}).content.decode()
    headings = re.findall(r'class="list-group"[^>]*>([^<]*) <', page)
    assert headings == ["Hengtai Textiles", "Lanting Hotels", "Without a customer"]
    page = client.get(reverse("inbox_rows", args=["mine"]), {"group": "process"}).content.decode()
    assert len(re.findall('class="list-group"', page)) == 2
    assert (
        'class="list-group"' not in client.get(reverse("inbox_rows", args=["mine"]), {"group": "none"}).content.decode()
    )


def test_customers_whose_names_are_hidden_head_nothing(client, alice, level_task, monkeypatch):
    hidden = replace(records.kind("customer"), mask_for=lambda user: frozenset({"name"}))
    monkeypatch.setitem(records._kinds, "customer", hidden)
    client.force_login(alice)
    page = client.get(reverse("inbox_rows", args=["mine"]), {"group": "customer"}).content.decode()
    assert re.findall(r'class="list-group"[^>]*>([^<]*) <', page) == ["Without a customer"]


@pytest.mark.parametrize(
    "query", [{}, {"sort": "best"}, {"group": "customer"}, {"q": "process:asking", "sort": "best"}]
)
def test_the_number_of_queries_does_not_grow_with_the_rows(client, alice, ask, query):
    client.force_login(alice)
    counts = []
    for _more in range(3):
        ask(assignee="alice")
        address = reverse("inbox", args=["mine"])
        client.get(address, query)
        with CaptureQueriesContext(connection) as queries:
            client.get(address, query)
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_pages_of_a_sorted_list_follow_each_other(client, alice, ask):
    first = ask(assignee="alice")
    WorkItem.objects.bulk_create(
        WorkItem(
            instance=first.instance,
            step=f"s{number}",
            element="first",
            loop=number,
            name="first",
            process_key=first.process_key,
            assignee=alice,
            priority=number % 7,
            created_at=clocks.now(),
        )
        for number in range(2, 121)
    )
    client.force_login(alice)
    pages = [shown(client, sort="best", page=number) for number in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [50, 50, 20, 0]
    assert len({row for page in pages for row in page}) == 120


LIST = re.compile(r'data-live-list="([^"]*)" data-live-url="([^"]*)" data-fingerprint="([^"]*)"')


@pytest.mark.parametrize(
    "address",
    [
        "/inbox/mine/?sort=best",
        "/inbox/mine/?group=customer&sort=priority",
        "/inbox/mine/?q=due%3Atoday+-is%3Aunread&sort=oldest&group=process",
        "/inbox/groups/?q=is%3Aunclaimed",
        "/inbox/done/?group=process",
        "/inbox/cc/?sort=best",
        "/inbox/mine/?q=step%3A%E5%AE%A2%E6%88%B7%E5%AE%A2%E6%88%B7%E5%AE%A2%E6%88%B7",
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles"])
def test_page_and_socket_agree_in_every_order_and_zone(client, alice, three, address, zone):
    alice.zone = zone
    alice.save(update_fields=["zone"])
    [(name, url, fingerprint)] = [
        tuple(map(unescape, found)) for found in LIST.findall(client.get(address).content.decode())
    ]
    assert live_lists.is_name(name)
    assert live_lists.fingerprints(alice, [name]) == {name: fingerprint}
    assert fingerprint in client.get(url).content.decode()


def test_what_may_follow_is_offered(client, alice, level_processes, ask):
    ask(assignee="alice")
    customer(alice)

    def offered(word):
        found = client.get(reverse("inbox_complete"), {"q": word}).json()["results"]
        return [each["insert"] for each in found]

    client.force_login(alice)
    assert "due:" in offered("")
    assert "customer:" in offered("cu")
    assert offered("客")[0] == "customer:"
    assert offered("-is:un") == ["-is:unclaimed", "-is:unread"]
    assert 'customer:"Lanting Hotels"' in offered("customer:lan")
    assert "process:customer-level-change" in offered("process:level")
    assert offered("assignee:me")[0] == "assignee:me"
    assert "assignee:alice" in offered("assignee:ali")
    assert "unit:HZ" in offered("unit:hz")
    assert "due:<1d" in offered("due:<")
    assert offered("nothing:") == []
    for hostile in ("\0", ":", "::", "customer:%", 'customer:"', "x" * 5000, "due:\U0001f600"):
        assert client.get(reverse("inbox_complete"), {"q": hostile}).status_code == 200


def test_nobody_is_offered_customers_they_may_not_see(client, alice, charlie):
    customer(alice)
    client.force_login(charlie)
    assert client.get(reverse("inbox_complete"), {"q": "customer:lan"}).json() == {"results": []}
