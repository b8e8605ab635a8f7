"""The pages on which running processes are moved to another version: seen first, chosen for, followed, taken back."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.support import running
from tests.support.diagrams import boundary, diagram, end, start, user
from tests.web.processes.conftest import HTMX
from workflows.migrating import carrying
from workflows.models import MigrationBatch, MigrationResult, Timer

pytestmark = pytest.mark.django_db
PAGE = reverse("process_move", args=["work"])


def process(*names, timer=""):
    nodes = {name: user(group="sales") for name in names}
    late = {"late": boundary(names[0], timer=timer), "over": end()} if timer else {}
    flows = [" -> ".join(["begin", *names, "done"]), *(["late -> over"] if timer else [])]
    return diagram("work", *flows, begin=start(), **nodes, **late, done=end())


@pytest.fixture
def two_versions():
    """Instances at "one" and at "two", which the new version does not have."""
    running.deploy(process("one", "two"))
    first, second = running.start("work"), running.start("work")
    running.complete(second, "one")
    running.deploy(process("one", "three"))
    return first, second


def field_for(text, element):
    return re.search(rf'name="(at/\w+/{element})"', text)[1]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_groups_are_seen_chosen_for_and_moved(as_, operator, two_versions, language):
    operator.language = language
    operator.save(update_fields=["language"])
    client = as_(operator)
    page = client.get(PAGE)
    text = page.content.decode()
    assert [group["standing"].value for group in page.context["groups"]] == ["needs-a-choice", "safe"]
    assert page.context["moving"] == 1
    sent = {"from": "1", "to": "2", field_for(text, "two"): "three", "reason": "simpler"}
    seen = client.post(PAGE, sent | {"act": "look"})
    assert seen.context["moving"] == 2
    assert field_for(seen.content.decode(), "two"), "what was chosen can be chosen otherwise"
    assert not MigrationBatch.objects.exists()
    begun = client.post(PAGE, sent | {"act": "move"})
    assert begun.status_code == 302
    assert "every 2s" in client.get(begun["Location"]).content.decode()
    assert client.post(PAGE, sent | {"act": "move"}).context["refusal"]
    carrying.carry_on(MigrationBatch.objects.get().pk)
    shown = client.get(begun["Location"])
    assert "every 2s" not in shown.content.decode()
    assert "simpler" in shown.content.decode()
    assert [running.waiting_at(instance) for instance in two_versions] == [["one"], ["three"]]


def test_groups_stay_that_are_left_and_what_became_of_them_is_said(as_, operator, two_versions):
    client = as_(operator)
    groups = {group["standing"].value: group for group in client.get(PAGE).context["groups"]}
    ended = f"at/{groups['needs-a-choice']['key']}/two"
    left = f"leave/{groups['safe']['key']}"
    begun = client.post(PAGE, {"from": "1", "to": "2", ended: "three", left: "1", "act": "move"})
    carrying.carry_on(MigrationBatch.objects.get().pk)
    text = client.get(begun["Location"]).content.decode()
    assert "It was chosen to stay." in text
    assert "Moved (1)" in text
    only = client.get(f"{begun['Location']}?status=left")
    assert [row["instance"].pk for row in only.context["rows"]] == [two_versions[0].pk]


def test_a_move_is_taken_back_one_by_one_and_as_a_whole(as_, operator, charlie, two_versions):
    client = as_(operator)
    begun = client.post(PAGE, {"from": "1", "to": "2", "act": "move"})
    batch = MigrationBatch.objects.get()
    carrying.carry_on(batch.pk)
    (result,) = MigrationResult.objects.filter(status="migrated")
    one, whole = reverse("move_undo_one", args=[batch.pk, result.pk]), reverse("move_undo", args=[batch.pk])
    text = client.get(begun["Location"]).content.decode()
    assert one in text
    assert whole in text
    assert as_(charlie).post(one).status_code == 403
    assert as_(charlie).post(whole).status_code == 403
    assert client.get(one, headers=HTMX).status_code == 200
    assert client.post(one, headers=HTMX).status_code == 204
    assert client.post(one, headers=HTMX).status_code == 422
    assert running.reload(two_versions[0]).version.number == 1
    assert client.post(whole, headers=HTMX).status_code == 204


def test_timers_are_offered_to_be_planned_again(as_, operator):
    running.deploy(process("one", timer="PT5H"))
    running.start("work")
    running.deploy(process("one", timer="PT2H"))
    due, client = Timer.objects.get().due, as_(operator)
    again = re.search(r'name="(again/\w+/late)"', client.get(PAGE).content.decode())[1]
    sent = {"from": "1", "to": "2", again: "1"}
    assert "checked" in client.post(PAGE, sent | {"act": "look"}).content.decode()
    client.post(PAGE, sent | {"act": "move"})
    carrying.carry_on(MigrationBatch.objects.get().pk)
    assert (due - Timer.objects.get().due).total_seconds() == 3 * 3600


def test_who_may_see_it_and_what_rubbish_comes_to(as_, publisher, charlie, two_versions):
    assert as_(charlie).get(PAGE).status_code == 403
    client = as_(publisher)
    assert client.get(f"{PAGE}?from=x&to=99").status_code == 200
    assert client.get(f"{PAGE}?from=2&to=2").status_code == 200
    rubbish = {"from": "1", "to": "2", "at/none/two": "nowhere", "at//": "x", "again/": "1", "leave/x": "1"}
    assert client.post(PAGE, rubbish | {"act": "move"}).context["refusal"]
    assert client.get(reverse("process_move", args=["nothing"])).status_code == 404
    assert not MigrationBatch.objects.exists()


def test_the_page_costs_the_same_however_many_run(as_, operator, two_versions, django_assert_max_num_queries):
    client = as_(operator)
    client.get(PAGE)
    for _ in range(20):
        running.start("work")
    with django_assert_max_num_queries(16):
        client.get(PAGE)
