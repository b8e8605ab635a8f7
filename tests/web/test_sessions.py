"""Logins: the list of one's own, ending the others, and those nobody uses any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts import idle
from accounts.middleware import KeptLanguageMiddleware
from accounts.models import AuditEvent
from config import clock as clocks
from notifications.screens import look_up
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    """Attempts of other tests do not count."""
    cache.clear()


WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17 Mobile Safari/604.1"


def sign_in(person, user_agent=WINDOWS) -> Client:
    if not person.has_usable_password():
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    client = Client(headers={"User-Agent": user_agent})
    answer = client.post(reverse("account_login"), {"login": person.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


def works(client) -> bool:
    return client.get(reverse("profile")).status_code == 200


def test_the_list_names_devices_and_marks_this_one(alice):
    """Nobody can tell a stranger's login from their own by an address alone."""
    here = sign_in(alice)
    sign_in(alice, PHONE)
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "Chrome on Windows" in page
    assert "Safari on iPhone" in page
    assert page.count("this one") == 1
    assert reverse("usersessions_list") in here.get(reverse("profile")).content.decode()


def test_the_others_are_signed_out_and_it_is_on_record(alice, bob, django_capture_on_commit_callbacks):
    """A lost phone must stop working at once, and only this person's."""
    here, lost, bobs = sign_in(alice), sign_in(alice, PHONE), sign_in(bob)
    with django_capture_on_commit_callbacks(execute=True):
        answer = here.post(reverse("usersessions_list"), follow=True)
    assert "The other sessions are signed out." in answer.content.decode()
    assert [works(client) for client in (here, lost, bobs)] == [True, False, True]
    assert UserSession.objects.filter(user=alice).count() == 1
    event = AuditEvent.objects.get(event="login.ended")
    assert (event.actor, event.subject_id) == (alice, str(alice.public_id))


def test_strangers_have_no_list(client):
    """The page belongs to somebody."""
    assert client.get(reverse("usersessions_list")).status_code == 302


def test_an_unused_login_ends_and_says_why(alice, clock, settings):
    """Whoever sits down at a forgotten computer is asked to sign in, and the owner learns what happened."""
    settings.SESSION_IDLE_MINUTES = 60
    client = sign_in(alice)
    clock.advance(timedelta(minutes=59))
    assert works(client)
    clock.advance(timedelta(minutes=59))
    assert works(client), "every use begins the hour anew"
    clock.advance(timedelta(minutes=61))
    answer = client.get(reverse("inbox", args=["mine"]), follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('account_login')}?next=/inbox/mine/"
    assert "nothing happened for a while. Your drafts are kept." in answer.content.decode()
    back = client.post(f"{reverse('account_login')}?next=/inbox/mine/", {"login": "alice", "password": PASSWORD})
    assert back["Location"] == "/inbox/mine/"


def test_scripts_of_an_ended_login_are_told_so(alice, clock, settings):
    """A draft on its way must not be lost behind a login page."""
    settings.SESSION_IDLE_MINUTES = 60
    client = sign_in(alice)
    clock.advance(timedelta(minutes=61))
    answer = client.get(reverse("inbox_rows", args=["mine"]), headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "Your text is kept" in answer.json()["detail"]


def test_a_screen_that_only_looks_after_itself_is_not_used(alice, clock, settings):
    """Live lists fetch all day: that must not keep a forgotten screen signed in, nor its socket open."""
    settings.SESSION_IDLE_MINUTES = 60
    client = sign_in(alice)
    key = client.session.session_key
    for _quarter in range(5):
        assert idle.is_open(key)
        assert look_up(alice.pk, [], key) is not None
        clock.advance(timedelta(minutes=15))
        client.get(reverse("inbox_rows", args=["mine"]), headers={"HX-Request": "true", "X-Live": "1"})
    assert not idle.is_open(key)
    assert look_up(alice.pk, [], key) is None
    assert not works(client)


def test_without_a_limit_logins_stay(alice, clock, settings):
    """A company may choose so."""
    settings.SESSION_IDLE_MINUTES = 0
    client = sign_in(alice)
    clock.advance(timedelta(days=6))
    assert works(client)


def test_use_is_written_down_at_most_every_few_minutes(clock, settings):
    """A write with every click would make every page slower."""
    settings.SESSION_IDLE_MINUTES = 480
    session = {}
    assert idle.note_use(session)
    clock.advance(timedelta(minutes=4))
    assert not idle.note_use(session)
    clock.advance(timedelta(minutes=2))
    assert idle.note_use(session)
    assert session[idle.USED_AT] == clocks.now().timestamp()


def test_the_thread_gets_its_language_back(rf):
    """A page in Chinese must not turn the next socket message or job of its thread into Chinese."""

    def page(request):
        translation.activate("zh-hans")
        return HttpResponse()

    KeptLanguageMiddleware(page)(rf.get("/"))
    assert translation.get_language() == "en"


def test_a_chinese_page_says_so_and_leaves_no_trace(alice, client):
    """The header is written after the page: the language must still be there then, and gone afterwards."""
    alice.language = "zh-hans"
    alice.save(update_fields=["language"])
    client.force_login(alice)
    answer = client.get(reverse("profile"))
    assert answer["Content-Language"] == "zh-hans"
    assert translation.get_language() == "en"
