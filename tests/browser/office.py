"""A company at work: people keep their inboxes open in browsers, and what they come to is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from playwright.sync_api import Locator, Page, Response, expect

from accounts.models import User
from accounts.queries import calendar_of
from config.clock import DrivenClock
from tasks_inbox.models import WorkItem
from tasks_inbox.queries import View, page
from tests.browser import looks
from tests.browser.filling import Sheet
from tests.browser.offers import CHINESE, Reach, asked_in, form_of, in_language, outcomes
from tests.cast import UNITS
from tests.support import running
from workflows.models import Delivery

SHIFTED = """(() => {
  const Real = Date, shift = %d - Real.now();
  globalThis.Date = class Date extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + shift); }
    static now() { return Real.now() + shift; }
  };
})()"""
OPEN_PAGE = Callable[..., Page]
BROWSERS = {
    "en": {"locale": "en-GB", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"},
    CHINESE: {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"},
}
MOST_AT_WORK = 4  # browsers with an open page at the same time: every one hears all that happens
THEMES = {"en": "light", CHINESE: "dark"}  # each language in its own theme: every page is seen in both


@dataclass
class Office:
    """One company in one language. ``reached`` is what was come to in a browser, ``wrong`` what looked wrong there.

    While ``is_idle``, no worker carries out what an act leaves to do.
    """

    folder: str
    language: str
    open_as: OPEN_PAGE
    cast: Callable[[str], User]
    clock: DrivenClock
    reached: set[Reach] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    is_idle: bool = False
    _desks: dict[str, Desk] = field(default_factory=dict)
    _looked_at: set[str] = field(default_factory=set)
    _at_work: list[str] = field(default_factory=list)

    def desk(self, name: str) -> Desk:
        """The browser of somebody of the cast, signed in and at their inbox."""
        if name not in self._desks:
            self._desks[name] = Desk(self, self.person(name))
        self._at_work = [name, *(each for each in self._at_work if each != name)]
        for other in self._at_work[MOST_AT_WORK:]:
            self._desks[other].leave()
        del self._at_work[MOST_AT_WORK:]
        return self._desks[name]

    def person(self, name: str) -> User:
        """Somebody of the cast, reading the language and theme of this company, with a name of that language only."""
        person = self.cast(name)
        if person.theme != THEMES[self.language]:
            person.language, person.theme = self.language, THEMES[self.language]
            if self.language == CHINESE:
                person.first_name, person.last_name = person.native_name, ""
            person.native_name = ""
            person.save(update_fields=["language", "theme", "first_name", "last_name", "native_name"])
        return person

    def unit(self, code: str) -> str:
        """What a unit of the cast is called in this language."""
        name, chinese = UNITS[code][3:]
        return chinese if self.language == CHINESE else name

    def settle(self) -> None:
        """What is due now happens."""
        running.settle()

    def complete(self, element: str, number: str, answers: Mapping[str, Any], outcome: str = "") -> None:
        """Let the person who has a task do it, whoever that is."""
        item = WorkItem.objects.get(element=element, record_number=number, status=WorkItem.Status.OPEN)
        assert item.assignee, f"{element} of {number} waits for a group"
        self.desk(item.assignee.username).complete(element, answers, outcome, number)

    def pass_hours(self, hours: float) -> None:
        """So many business hours go by, and what is due happens."""
        calendar = calendar_of(self.person("agent").org_unit)
        self.clock.advance_to(calendar.add(self.clock.now(), hours) + timedelta(seconds=1))
        running.settle()

    def pass_minutes(self, minutes: float) -> None:
        """Minutes by the clock go by, and what is due happens."""
        self.clock.advance(timedelta(minutes=minutes, seconds=1))
        running.settle()

    @contextmanager
    def act(self) -> Iterator[None]:
        """Somebody does something in a browser: afterwards all that follows happens, and its messages are noted."""
        before = set(Delivery.objects.values_list("pk", flat=True))
        yield
        if not self.is_idle:
            running.settle()
        sent = Delivery.objects.exclude(pk__in=before).values_list("name", "event")
        self.reached |= {Reach("message", "", name) for names in sent for name in names if name}

    def look(self, shown: Page, kind: str, family: str) -> None:
        """Look at a page once a kind whether it fits and speaks one language, once a family whether all can read it."""
        if kind in self._looked_at:
            return
        self._looked_at.add(kind)
        for diagram in shown.locator("[data-diagram]:visible").all():  # drawn when it comes into sight
            diagram.scroll_into_view_if_needed()
            expect(diagram).to_have_attribute("data-ready", "", timeout=15_000)
        if family not in self._looked_at:
            self._looked_at.add(family)
            self.wrong += [f"{kind}: {each}" for each in looks.unreadable(shown)]
        self.wrong += [f"{kind}: {each}" for each in looks.cut_off(shown)]
        self.read(shown, kind)

    def read(self, shown: Page, kind: str) -> None:
        """On Chinese screens there is no English of ours."""
        if self.language == CHINESE:
            self.wrong += [f"{kind}: not Chinese: {each}" for each in looks.english_on(shown, self.folder)]

    def unreached(self, offered: Iterable[Reach]) -> list[Reach]:
        """What is offered and nobody came to."""
        return sorted(set(offered) - self.reached)

    def close(self, offered: Iterable[Reach]) -> None:
        """The day is over: everything offered was reached, and nothing looked wrong."""
        left = [f"not reached: {' '.join(reach)}" for reach in self.unreached(offered)]
        found = sorted({*left, *self.wrong})
        assert not found, "\n".join(found)


class Desk:
    """One person's browser."""

    def __init__(self, office: Office, person: User) -> None:
        self.office = office
        self.person = person
        window = {"width": looks.OFFICE, "height": looks.HEIGHT[looks.OFFICE]}
        more = {"viewport": window, "script": SHIFTED % (office.clock.now().timestamp() * 1000)}
        self.page: Page = office.open_as(person, "/inbox/mine/", **more, **BROWSERS[office.language])
        self.page.locator("[data-live-mark]:not([data-state])").wait_for()

    def go(self, path: str) -> None:
        """Turn to a page unless it is the one on the screen."""
        if not self.page.url.endswith(path):
            self.page.goto(path)

    def leave(self) -> None:
        """Close the page; it is opened again when there is something to do."""
        self.page.goto("about:blank")

    def item(self, element: str, number: str = "") -> tuple[View, WorkItem]:
        """The task in one of this person's lists."""
        seen = []
        for view in (View.MINE, View.GROUPS):
            for item in page(self.person, view).items:
                if item.element == element and number in ("", item.record_number):
                    return view, item
                seen.append(f"{item.element} of {item.record_number}")
        raise AssertionError(f"{self.person} has no task {element} {number}, only {seen}; {self._everywhere()}")

    def open(self, element: str, number: str = "") -> WorkItem:
        """Open a task from the inbox: its row is there without a reload, its form comes up."""
        view, item = self.item(element, number)
        self.go(f"/inbox/{view}/")
        row = self.page.locator(f"#row-{item.pk}")
        expect(row).to_be_visible()
        form = self.page.locator(f'#task-form[data-ready][data-action*="{item.pk}"]')
        if not form.count():
            row.click()
        form.wait_for()
        return item

    def open_approval(self, element: str, number: str = "") -> WorkItem:
        """Open a task where approvals are decided."""
        _view, item = self.item(element, number)
        self.go(f"/approvals/{item.pk}/")
        self.page.locator("#task-form[data-ready]").wait_for()
        return item

    def complete(
        self,
        element: str,
        answers: Mapping[str, Any] | None = None,
        outcome: str = "",
        number: str = "",
        where: str = "inbox",
    ) -> None:
        """Do a task: open it, see every field, answer it, press the button, and it is gone from the list.

        With ``where="approvals"`` it is decided on the page of approvals instead.
        """
        item = self.open(element, number) if where == "inbox" else self.open_approval(element, number)
        bundle, form = form_of(item.process_key, element)
        spoken = in_language(bundle, form, self.office.language) if form else None
        task, form_key = f"{item.process_key}/{element}", f"{item.process_key}/{item.form}"
        sheet = Sheet(self.page, asked_in(spoken))
        self.office.reached.add(Reach("form", task, item.form))
        self._note(form_key, sheet)
        self.office.look(self.page, form_key if where == "inbox" else f"{where} of {form_key}", where)
        given = dict(answers or {})
        later = sheet.later(given)
        sheet.fill({key: value for key, value in given.items() if key not in later})
        label = outcomes(spoken).get(outcome)
        assert (label is None) == (outcome == ""), f"{task} has no button {outcome}"
        button = self._button(outcome, label)
        if later:
            button.click()  # what it asks for appears and is marked as missing
            self.page.locator("#task-form .fjs-has-errors").first.wait_for()
            sheet.fill(later)
        self._note(form_key, sheet)
        self.office.read(self.page, form_key)
        self._send(item, button)
        self.office.reached.add(Reach("button", task, outcome))
        for asked in sheet.asked.values():
            if asked.key in given:
                self.office.reached |= asked.choices(form_key, [given[asked.key]])

    def do(self, path: str, act: str, page_kind: str = "", **entered: Any) -> None:
        """Press an act's button on a record's page, answer its dialog, send it."""
        kind = page_kind or path.strip("/").rpartition("/")[0]
        self.go(path)
        self.office.look(self.page, kind, f"page {kind}")
        button = self.page.locator(f'[hx-get$="{path}{act}/"]:visible').first
        expect(button).to_be_visible()
        button.click()
        dialog = self.page.locator("#dialog")
        dialog.locator("form").wait_for()
        self.office.look(self.page, f"{kind}/{act}", "dialog")
        self.enter(dialog, entered)
        self.submit(dialog)
        self.office.reached.add(Reach("act", kind, act))

    def enter(self, place: Locator, entered: Mapping[str, Any]) -> None:
        """Fill the fields of one of our own forms by their names."""
        for name, value in entered.items():
            control = place.locator(f'[name="{name}"]')
            if control.count() > 1:
                place.locator(f'[name="{name}"][value="{value}"]').check(force=True)
            elif control.evaluate("(element) => element.matches('select')"):
                control.select_option(str(value))
            elif control.evaluate("(element) => element.matches('[data-combobox] [type=hidden]')"):
                self._choose(place, name, str(value))
            elif isinstance(value, bool):
                control.set_checked(value)
            else:
                control.fill(str(value))

    def submit(self, place: Locator) -> Response:
        """Send a form of ours and let what follows happen; it must be accepted."""
        with self.office.act(), self.page.expect_response(_is_post) as answered:
            place.locator(".form-actions [type=submit], .dialog-foot [type=submit]").first.click()
        assert answered.value.status < 400, place.inner_text()
        return answered.value

    def _choose(self, place: Locator, name: str, words: str) -> None:
        """Pick from a field that searches on the server."""
        field = place.locator(f'[data-combobox]:has([name="{name}"])')
        field.locator("[role=combobox]").fill(words)
        field.locator("[role=option]").first.click()

    def _button(self, outcome: str, label: str | None) -> Locator:
        buttons = self.page.locator('[data-submits-form="task-form"]:visible')
        if label is None:
            return buttons.first
        return buttons.and_(self.page.locator(f"[data-answers*='\"{outcome}\"']")).filter(has_text=label)

    def _note(self, form_key: str, sheet: Sheet) -> None:
        shown = sheet.shown()
        self.office.reached |= {asked.reach(form_key) for asked in sheet.asked.values() if asked.id in shown}

    def _send(self, item: WorkItem, button: Locator) -> None:
        with self.office.act(), self.page.expect_response(lambda got: f"/{item.pk}/complete/" in got.url) as sent:
            button.click()
        assert sent.value.status < 400, sent.value.text()
        expect(self.page.locator(f"#row-{item.pk}")).to_have_count(0, timeout=20_000)  # a heartbeat at the latest

    def _everywhere(self) -> list[str]:
        still = WorkItem.objects.filter(status=WorkItem.Status.OPEN).select_related("assignee")
        return [f"{item.element} of {item.record_number}: {item.assignee or 'a group'}" for item in still]


def _is_post(response: Response) -> bool:
    return response.request.method == "POST" and "/opened/" not in response.url and "/draft/" not in response.url
