"""The page of a run as it was, also when it has gone to the archive, with the rights and masks of its page of today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.support import running
from workflows.archiving import commands as archive
from workflows.commands import change_variables

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.HISTORY_KEY_DIR, settings.HISTORY_ARCHIVE_DIR = tmp_path / "secrets", tmp_path / "archive"


def address(instance, event=""):
    return reverse("process_then", args=[instance.pk]) + (f"?event={event}" if event else "")


def test_it_works(as_, operator, alice, asking, clock):
    instance = asking(actor=alice, amount=1200)
    clock.advance(timedelta(hours=1))
    begun = running.reload(instance).history_length
    change_variables(actor=operator, instance_id=instance.pk, variables={"amount": 99})
    running.complete(instance, "answer", {"answer": "yes"}, actor=alice)
    page = as_(operator).get(address(instance, begun))
    assert page.status_code == 200
    assert {"name": "amount", "value": "1200", "masked": ""} in page.context["variables"]
    assert page.context["diagram_state"]["elements"]["answer"]["state"] == "current"
    assert (page.context["earlier"], page.context["later"]) == (None, begun + 1)
    now = as_(operator).get(address(instance))
    assert {"name": "amount", "value": "99", "masked": ""} in now.context["variables"]
    changed = [(entry["old"] and entry["old"]["value"], entry["new"]["value"]) for entry in now.context["changes"]]
    assert ("1200", "99") in changed


def test_an_archived_run_is_read_from_the_archive_and_says_so(as_, operator, alice, charlie, asking, clock):
    instance = asking(actor=alice, amount=1200)
    running.complete(instance, "answer", actor=alice)
    archive.archive(actor=None, roots=[instance.pk])
    page = as_(alice).get(reverse("process_instance", args=[instance.pk]), follow=True)
    assert page.status_code == 200
    assert page.context["archived"]
    assert "archive" in page.content.decode()
    assert {"name": "amount", "value": "1200", "masked": ""} in page.context["variables"]
    assert as_(operator).get(address(instance)).status_code == 200
    assert as_(charlie).get(reverse("process_instance", args=[instance.pk])).status_code == 404


def test_archived_runs_are_listed_at_their_process(as_, operator, alice, asking, clock):
    instance = asking(actor=alice)
    running.complete(instance, "answer", actor=alice)
    address = reverse("process", args=[instance.process_key])
    assert list(as_(operator).get(address, {"show": "archived"}).context["rows"]) == []
    archive.archive(actor=None, roots=[instance.pk])
    page = as_(operator).get(address, {"show": "archived"})
    assert [row["instance"].pk for row in page.context["rows"]] == [instance.pk]
    assert reverse("process_instance", args=[instance.pk]) in page.content.decode()


def test_outsiders_and_wrong_numbers(as_, operator, charlie, asking, clock):
    instance = asking()
    assert as_(charlie).get(address(instance)).status_code == 404
    assert as_(operator).get(address(instance, "x")).status_code == 200
    assert as_(operator).get(address(instance, "0")).status_code == 404
    assert as_(operator).get(address(instance, "999999")).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_in_both_languages(as_, operator, asking, language, clock):
    operator.language = language
    operator.save(update_fields=["language"])
    assert as_(operator).get(address(asking())).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_history(as_, operator, asking, clock):
    instance, browser = asking(amount=0), as_(operator)
    browser.get(address(instance))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            browser.get(address(instance))
        return len(captured)

    few = queries()
    for number in range(40):
        change_variables(actor=operator, instance_id=instance.pk, variables={"amount": number})
    assert queries() == few
