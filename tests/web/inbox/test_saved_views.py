"""Saved views on the page: kept under a name, shared, pinned to the rail, forgotten."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from tasks_inbox.models import SavedView

pytestmark = pytest.mark.django_db


def save(client, **more):
    asked = {"name": "Due soon", "q": "due:<1d", "sort": "best", "group": "customer"} | more
    return client.post(reverse("save_view", args=["mine"]), asked, headers={"HX-Request": "true"})


def test_it_works(client, alice):
    client.force_login(alice)
    address = save(client)["HX-Redirect"]
    view = SavedView.objects.get()
    assert address == f"/inbox/mine/?q=due%3A%3C1d&sort=best&group=customer&saved={view.pk}"
    page = client.get(address).content.decode()
    assert f'href="/inbox/saved/{view.pk}/" aria-current="page"' in page
    assert client.get(reverse("saved_view", args=[view.pk]))["Location"] == address


def test_the_dialog_asks_for_a_name_and_with_whom_to_share(client, alice):
    client.force_login(alice)
    page = client.get(reverse("save_view", args=["mine"]), {"q": "due:<1d", "sort": "best"}).content.decode()
    assert 'name="q" value="due:&lt;1d"' in page
    assert "Hangzhou sales team 1" in page
    assert "Hangzhou sales team 2" not in page


def test_a_pinned_view_is_on_the_rail_of_every_page(client, alice):
    client.force_login(alice)
    save(client, pinned="1")
    view = SavedView.objects.get()
    assert reverse("saved_view", args=[view.pk]) in client.get(reverse("requests_mine")).content.decode()
    assert client.post(reverse("saved_view_pin", args=[view.pk]), {"pinned": "0"}).status_code == 204
    assert reverse("saved_view", args=[view.pk]) not in client.get(reverse("requests_mine")).content.decode()


def test_a_shared_view_shows_each_reader_their_own_tasks(client, alice, bob, ask, units):
    ask(assignee="alice")
    client.force_login(alice)
    save(client, q="step:first", unit=str(units["HZ-SALES-1"].pk))
    view = SavedView.objects.get()
    client.force_login(bob)
    page = client.get(reverse("saved_view", args=[view.pk]), follow=True).content.decode()
    assert "Due soon" in page
    assert "data-live-item" not in page
    assert client.post(reverse("saved_view_forget", args=[view.pk])).status_code == 404


@pytest.mark.parametrize("act", ["saved_view", "saved_view_pin", "saved_view_forget"])
def test_outsiders_find_nothing(client, alice, charlie, act):
    client.force_login(alice)
    save(client)
    view = SavedView.objects.get()
    client.force_login(charlie)
    for pk in (view.pk, uuid4()):
        ask_for = client.get if act == "saved_view" else client.post
        assert ask_for(reverse(act, args=[pk])).status_code == 404


def test_what_cannot_be_kept_is_refused_in_words(client, alice):
    client.force_login(alice)
    answer = save(client, name=" ")
    assert answer.status_code == 400
    assert "1 to 60 characters" in answer.json()["detail"]
    assert client.get(reverse("save_view", args=["nothing"])).status_code == 404


def test_forgotten_it_is_gone(client, alice):
    client.force_login(alice)
    save(client)
    answer = client.post(reverse("saved_view_forget", args=[SavedView.objects.get().pk]))
    assert answer["HX-Redirect"] == "/inbox/mine/"
    assert not SavedView.objects.exists()


def test_a_view_made_when_the_product_was_another_one_still_opens(client, alice):
    client.force_login(alice)
    save(client)
    SavedView.objects.update(base="gone", order="gone", grouping="gone", query="gone:x")
    assert client.get(reverse("saved_view", args=[SavedView.objects.get().pk]), follow=True).status_code == 200
