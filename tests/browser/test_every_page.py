"""Every page of the product in both languages, both themes and both widths: drawn, whole, readable, in one language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import get_resolver, reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from accounts.models import User
from tests.browser import looks
from tests.browser.company import PROCESSES, Company
from tests.browser.conftest import picture, somebodys
from tests.browser.offers import CHINESE
from tests.browser.screens import NOBODY, PIECES, POSTED, SCREENS, Screen, names_of_addresses

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 812}
EN, ZH = "en", CHINESE
# Each page is opened twice, every other one the other way: all see both languages, themes and widths.
LOOKS = (
    ((ZH, "dark", PHONE), (EN, "light", DESK)),
    ((EN, "light", PHONE), (ZH, "dark", DESK)),
)


def test_every_address_is_a_page_that_is_looked_at_or_is_said_to_be_none():
    """A new page nobody looks at would be the one that is broken in Chinese on a phone."""
    known = {screen.name for screen in SCREENS} | POSTED | set(PIECES)
    assert names_of_addresses() == known


def test_what_is_said_to_be_only_posted_is_no_page(client: Client, db: None) -> None:
    """An address that begins to answer GET has become a page and must be looked at."""
    answers = {name: client.get(_made_up_address(name)).status_code for name in POSTED}
    assert set(answers.values()) == {405}, answers


def _made_up_address(name: str) -> str:
    [(possible, _pattern, _defaults, converters)] = get_resolver().reverse_dict.getlist(name)
    parts = possible[0][1]
    return reverse(name, args=[UUID(int=0) if "UUID" in type(converters[part]).__name__ else "some" for part in parts])


def test_every_page_is_whole_and_readable(server: Any, cast: Any, chromium: Browser) -> None:
    """Nothing cut off, nothing beyond the window, nothing of the other language, nothing unreadable, no error."""
    cast.whole()
    walk = Walk(Company(cast), server.url, somebodys(chromium, service_workers="block", locale="en-GB"))
    for turn in (0, 1):
        for pair in (0, 1):
            language, theme, window = LOOKS[pair][turn]
            walk.look_as(language, theme, window)
            for screen in sorted(SCREENS[pair::2], key=lambda each: each.who):
                walk.open(screen)
    walk.context.close()
    assert not walk.wrong, "\n".join(walk.wrong)


class Walk:
    """One browser that goes from page to page as one person after the other; ``wrong`` is what it came upon."""

    def __init__(self, company: Company, url: str, context: BrowserContext) -> None:
        self.company, self.url, self.context = company, url, context
        self.page: Page = context.new_page()
        self.wrong: list[str] = []
        self._place = ""
        self._sessions: dict[str, str] = {}
        self._expected = 200
        self._data = company.data()
        self.page.on("pageerror", lambda error: self._found([f"page error: {error}"]))
        self.page.on("console", self._heard)

    def look_as(self, language: str, theme: str, window: Any) -> None:
        """From now on everybody reads this language in this theme through a window of this size."""
        self._language, self._theme, self._width = language, theme, window["width"]
        User.objects.update(language=language, theme=theme)
        self.page.set_viewport_size(window)

    def open(self, screen: Screen) -> None:
        """Open a page, wait until it is drawn, and hold it to everything."""
        self._place = f"{screen.title} {self._language} {self._theme} {self._width}"
        self._expected = screen.status
        self._become(screen.who)
        answer = self.page.goto(self.url + screen.path(self.company.ids))
        if answer is None or answer.status != screen.status:
            self._found([f"status {answer and answer.status}, not {screen.status}"])
            return
        drawn = looks.wait_until_drawn(self.page)
        picture(self.page, self._place.replace(" ", "-"))
        self._found([*drawn, *looks.too_wide(self.page)])
        if screen.vendor:
            return
        self._found([*looks.clipped(self.page), *self._other_language()])
        if self._width == DESK["width"]:  # axe takes as long as all the rest, and here the most is in sight
            self._found(looks.unreadable(self.page))

    def _become(self, who: str) -> None:
        self.page.goto("about:blank")  # the page before must not ask for anything in the next person's name
        if who != NOBODY and who not in self._sessions:
            self._sessions[who] = self.company.session(who)
        known = {"django_language": self._language, "baton_theme": self._theme}
        if who != NOBODY:
            known["sessionid"] = self._sessions[who]
        self.context.clear_cookies()
        self.context.add_cookies([{"name": name, "value": text, "url": self.url} for name, text in known.items()])

    def _other_language(self) -> list[str]:
        texts = looks.texts_on(self.page, self._data)
        if self._language == ZH:
            return [f"not Chinese: {text}" for text in looks.english_in(texts, *PROCESSES)]
        return [f"not English: {text}" for text in looks.chinese_in(texts)]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and str(self._expected) not in message.text:
            self._found([f"{message.text} ({message.location.get('url', '')})"])

    def _found(self, what: Iterable[str]) -> None:
        self.wrong += [f"{self._place}: {each}" for each in what]
