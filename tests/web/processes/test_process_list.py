"""The list of processes: who sees it, what it says, how it is found."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.support import running
from tests.web.processes.conftest import HTMX, simple

pytestmark = pytest.mark.django_db


def names(page: object) -> list[str]:
    return [row.name for row in page.context["page"]]


def test_it_works(as_, operator, asking, failing):
    asking()
    asking()
    failing()
    page = as_(operator).get(reverse("processes"))
    assert page.status_code == 200
    assert names(page) == ["asking", "failing"]
    counts = {row.name: row.counts for row in page.context["page"]}
    assert counts["asking"] == {"running": 2, "suspended": 0, "incidents": 0}
    assert counts["failing"]["incidents"] == 1
    assert "1 stuck" in page.content.decode()


@pytest.mark.parametrize("name", ["designer", "publisher", "operator", "admin"])
def test_for_those_who_look_after_processes(as_, cast, name):
    assert as_(cast(name)).get(reverse("processes")).status_code == 200


@pytest.mark.parametrize("name", ["alice", "charlie", "director"])
def test_not_for_others(as_, cast, name):
    assert as_(cast(name)).get(reverse("processes")).status_code == 403


def test_who_is_not_signed_in_goes_to_the_sign_in_page(client):
    assert client.get(reverse("processes"))["Location"].startswith(reverse("account_login"))


def test_found_by_name(as_, operator, asking):
    asking("asking")
    asking("hiring")
    client = as_(operator)
    assert names(client.get(reverse("processes"), {"q": "HIR"})) == ["hiring"]
    assert "No process fits" in client.get(reverse("processes"), {"q": "zzz"}).content.decode()


def test_names_in_chinese(as_, operator):
    operator.language = "zh-hans"
    operator.save(update_fields=["language"])
    texts = '{"asking": {"name": "询问"}}'.encode()
    running.deploy(simple(), **{"asking.texts.zh-hans.json": texts})
    page = as_(operator).get(reverse("processes"))
    assert names(page) == ["询问"]
    assert '<html lang="zh-Hans"' in page.content.decode()


def test_a_script_gets_the_rows_alone(as_, operator):
    text = as_(operator).get(reverse("processes"), headers=HTMX).content.decode()
    assert text.strip().startswith('<div id="processes"')
    assert "No processes yet" in text


def test_only_publishers_are_offered_the_upload(as_, publisher, designer):
    upload = reverse("process_upload")
    assert upload in as_(publisher).get(reverse("processes")).content.decode()
    assert upload not in as_(designer).get(reverse("processes")).content.decode()


def test_queries_do_not_grow_with_the_processes(as_, operator, asking):
    client = as_(operator)
    asking("first")
    client.get(reverse("processes"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("processes"))
    for number in range(8):
        asking(f"more-{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("processes"))
    assert len(many) == len(few)
