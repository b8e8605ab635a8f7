"""Every request runs in its reader's language and zone."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.utils import timezone, translation

from accounts.middleware import ReaderMiddleware
from tests.factories import UserFactory


@pytest.fixture
def answer(rf):
    """(language, zone) in force while the page of a person is made."""

    def ask(user) -> tuple[str | None, str]:
        seen: list[tuple[str | None, str]] = []

        def page(request):
            seen.append((translation.get_language(), timezone.get_current_timezone_name()))
            return HttpResponse()

        request = rf.get("/")
        request.user = user
        with translation.override("en"):
            ReaderMiddleware(page)(request)
        return seen[0]

    return ask


def test_the_profile_decides(answer):
    assert answer(UserFactory.build(language="zh-hans", zone="Europe/Berlin")) == ("zh-hans", "Europe/Berlin")


def test_an_empty_profile_leaves_the_browsers_language_and_the_companys_zone(answer):
    assert answer(UserFactory.build()) == ("en", "Asia/Shanghai")


def test_nobody_in_particular(answer):
    assert answer(AnonymousUser()) == ("en", "Asia/Shanghai")


def test_the_zone_does_not_leak_into_the_next_request(answer):
    answer(UserFactory.build(zone="Europe/Berlin"))
    assert timezone.get_current_timezone_name() == "Asia/Shanghai"
