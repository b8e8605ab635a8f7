"""Answering a task's form as a person does: each kind of field by what stands on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.offers import Asked

DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"
SHOWN = """([form, asked]) => {
  const place = document.querySelector(form);
  const plain = (text) => text.replace(/\\s+/g, ' ');
  const words = plain(place.innerText);
  const parts = ['', '-date', '-time', '-0', '_0', '_0-date', '_0-time', '_0-0'];
  const field = (id) => {
    for (const part of parts) {
      const found = place.querySelector(`[id$="-${CSS.escape(id)}${part}"]`);
      if (found) return found.closest('.fjs-form-field') ?? found;
    }
  };
  return asked.filter(({id, type, words: wanted}) => {
    if (['text', 'group', 'dynamiclist'].includes(type)) return wanted.every((each) => words.includes(plain(each)));
    const element = field(id);
    if (!element?.checkVisibility({visibilityProperty: true})) return false;
    const own = plain(element.innerText);
    return wanted.every((each) => own.includes(plain(each)));
  }).map(({id}) => id);
}"""


class Sheet:
    """The form of the open task."""

    def __init__(self, page: Page, asked: Iterable[Asked], place: str = "#task-form") -> None:
        self.page = page
        self.place = place
        self.asked = {each.id: each for each in asked}

    def shown(self) -> frozenset[str]:
        """The ids of the components that people can see with their words."""
        asked = [{"id": each.id, "type": each.type, "words": each.words} for each in self.asked.values()]
        return frozenset(self.page.evaluate(SHOWN, [self.place, asked]))

    def fill(self, answers: Mapping[str, Any]) -> None:
        """Enter answers by key, in their order; a field that an earlier answer brings out is waited for."""
        for key, value in answers.items():
            self._enter(self._of(key), value)

    def later(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Those answers whose field only appears when a button says which way it goes."""
        waiting = {}
        for key, value in answers.items():
            asked = self._of(key)
            if asked.is_deferred and not self.field(asked.id).is_visible():
                waiting[key] = value
        return waiting

    def field(self, id: str) -> Locator:
        """Where a field stands on the screen."""
        control = self._control(id)
        return self.page.locator(f"{self.place} .fjs-form-field").filter(has=control).last

    def _control(self, id: str, *parts: str) -> Locator:
        every = parts or ("", "-date", "-time", "-0")
        return self.page.locator(", ".join(f'[id$="-{id}{part}"]' for part in every))

    def _of(self, key: str) -> Asked:
        """The component that asks for a key; where several do, the one that is on the screen."""
        same = [each for each in self.asked.values() if each.key == key and not each.inside]
        assert same, f"no field asks for {key}"
        return next((each for each in same if len(same) > 1 and self.field(each.id).is_visible()), same[0])

    def _enter(self, asked: Asked, value: Any) -> None:
        if asked.type == "dynamiclist":
            return self._rows(asked, value)
        expect(self.field(asked.id).first).to_be_visible()
        entering: Callable[[Asked, Any, str], None] = getattr(self, f"_{asked.type}", self._text)
        return entering(asked, value, "")

    def _text(self, asked: Asked, value: Any, row: str) -> None:
        self.page.locator(f'{self.place} [id$="-{asked.id}{row}"]').fill(str(value))

    def _number(self, asked: Asked, value: Any, row: str) -> None:
        self._text(asked, value, row)

    def _checkbox(self, asked: Asked, value: Any, row: str) -> None:
        self.page.locator(f'{self.place} [id$="-{asked.id}{row}"]').set_checked(bool(value))

    def _radio(self, asked: Asked, value: Any, row: str) -> None:
        self.page.locator(f'{self.place} [id$="-{asked.id}{row}-{list(asked.options).index(value)}"]').check()

    def _checklist(self, asked: Asked, value: Any, row: str) -> None:
        for each in value:
            self.page.locator(f'{self.place} [id$="-{asked.id}{row}-{list(asked.options).index(each)}"]').check()

    def _select(self, asked: Asked, value: Any, row: str) -> None:
        """By the option's words; where the options come from the process, by words that it contains."""
        words = asked.options.get(value, value)
        field = self.page.locator(f"{self.place} .fjs-form-field").filter(
            has=self.page.locator(f'[id$="-{asked.id}{row}"]')
        )
        self.page.locator(f'{self.place} [id$="-{asked.id}{row}"]').focus()
        offered = field.locator(".fjs-dropdownlist-item")
        exact = asked.options.get(value) is not None
        (offered.get_by_text(words, exact=True) if exact else offered.filter(has_text=words)).first.click()

    def _taglist(self, asked: Asked, value: Any, row: str) -> None:
        for each in value:
            words = asked.options.get(each, each)
            control = self.page.locator(f'{self.place} [id$="-{asked.id}{row}"]')
            control.click()
            control.fill(words)
            self.page.locator(f"{self.place} .fjs-dropdownlist-item").filter(has_text=words).first.click()
            self.page.keyboard.press("Tab")

    def _datetime(self, asked: Asked, value: datetime, row: str) -> None:
        """Typed into date and time as this browser writes them."""
        day = self.page.locator(f'{self.place} [id$="-{asked.id}{row}-date"]')
        hour = self.page.locator(f'{self.place} [id$="-{asked.id}{row}-time"]')
        if day.count():
            day.fill(value.strftime("%Y/%m/%d" if self._is_chinese else "%d/%m/%Y"))
            day.press("Enter")
            day.press("Tab")
        if hour.count():
            hour.fill(value.strftime("%H:%M"))
            hour.press("Enter")
            hour.press("Tab")

    def _rows(self, asked: Asked, rows: Iterable[Mapping[str, Any]]) -> None:
        """A list: lines are added as long as there are too few, then each is filled."""
        columns = {each.key: each for each in self.asked.values() if each.inside == asked.id}
        place = self.page.locator(f"{self.place} .fjs-form-field-dynamiclist").filter(has_text=asked.words[0])
        for number, row in enumerate(rows):
            first = next(iter(columns.values()))
            if not self._control(first.id, f"_{number}", f"_{number}-date", f"_{number}-0").count():
                place.locator(".fjs-repeat-render-add").last.click()
                self.page.evaluate(DRAWN)
            for key, value in row.items():
                column = columns[key]
                getattr(self, f"_{column.type}", self._text)(column, value, f"_{number}")
                self.page.keyboard.press("Tab")  # form-js takes over what was typed when the field is left

    @property
    def _is_chinese(self) -> bool:
        return bool(self.page.evaluate("navigator.language.startsWith('zh')"))
