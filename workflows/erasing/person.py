"""The person whose data is to be erased, and what takes its place in texts and JSON."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

ERASED = "[erased]"
MIN_LENGTH = 2
_BETWEEN_DIGITS = "[ ().-]*"


@dataclass(frozen=True)
class Person:
    """A natural person: a customer, a contact, or an employee who left.

    ``strong`` texts (phone, e-mail, identity number) name nobody else and are looked for everywhere; ``weak`` ones
    (names, addresses) only in what is about the person: the ``records`` (kind, id) and their processes. With
    ``whole`` these records are about nobody else, so that free text in them goes altogether. ``names`` (usernames)
    count everywhere, but only as a whole value or after an @. ``stand_in`` takes their place.
    """

    kind: str
    id: str
    label: str
    strong: Collection[str] = ()
    weak: Collection[str] = ()
    records: frozenset[tuple[str, str]] = frozenset()
    whole: bool = True
    names: Collection[str] = ()
    stand_in: str = ERASED

    @property
    def is_known(self) -> bool:
        """Whether there is still something to look for."""
        return bool(self.strong or self.weak or self.names)

    @cached_property
    def everywhere(self) -> str:
        """What may be the person, as one regular expression that Python and PostgreSQL read; empty without any."""
        named = (rf"(?<![A-Za-z0-9._-])@?{re.escape(name)}(?![A-Za-z0-9_-])" for name in self.names)
        return "|".join(text for text in (_any_of(self.strong), *named) if text)

    def ids(self, kind: str) -> list[str]:
        """The ids of the person's records of a kind."""
        return sorted(id for of, id in self.records if of == kind)


class Redaction:
    """Takes a person out of values. ``about``: in what is about the person also names go, and what was typed freely.

    ``typed`` are the names under which people type freely (the text fields of the process's forms).
    """

    def __init__(self, person: Person, *, about: bool, typed: Collection[str] = ()) -> None:
        self._texts = _compiled([*person.strong, *person.weak] if about else person.strong)
        self._names = frozenset(person.names)
        self._mentions = _mentions(person.names)
        self._stand_in = person.stand_in
        self._typed = frozenset(typed) if about and person.whole else frozenset()

    def __call__(self, value: Any) -> Any:
        """The value of the same shape without the person; the very same one when they are not in it."""
        if isinstance(value, str):
            changed = self._without(value)
            return changed if changed != value else value
        if isinstance(value, Mapping):
            inner = {self(name): self._under(name, item) for name, item in value.items()}
            same = inner.keys() == value.keys() and all(inner[name] is value[name] for name in inner)
            return value if same else inner
        if isinstance(value, list | tuple):
            items = [self(item) for item in value]
            return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
        return value

    def _without(self, text: str) -> str:
        if text in self._names:
            return self._stand_in
        if self._mentions is not None:
            text = self._mentions.sub(f"@{self._stand_in}", text)
        return self._texts.sub(self._stand_in, text) if self._texts is not None else text

    def _under(self, name: Any, value: Any) -> Any:
        if name in self._typed and isinstance(value, str) and value:
            return ERASED if value != ERASED else value
        return self(value)


def _mentions(names: Collection[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    return re.compile(rf"@(?:{'|'.join(re.escape(name) for name in names)})(?![A-Za-z0-9_-])")


def _compiled(texts: Iterable[str]) -> re.Pattern[str] | None:
    pattern = _any_of(texts)
    return re.compile(pattern, re.IGNORECASE) if pattern else None


def _any_of(texts: Iterable[str]) -> str:
    """Longer texts first, so that a part never hides the whole."""
    clean = {" ".join(text.split()) for text in texts}
    wanted = sorted((text for text in clean if len(text) >= MIN_LENGTH and text != ERASED), key=len, reverse=True)
    return "|".join(_pattern(text) for text in wanted)


def _pattern(text: str) -> str:
    """Whole words and numbers only; a phone number also with signs between its digits, and with its country code."""
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 7 and re.fullmatch(r"[\d +().-]+", text):
        own = digits.removeprefix("00").removeprefix("86") if len(digits) > 11 else digits
        return rf"(?<![0-9])(?:(?:00|[+])?86{_BETWEEN_DIGITS})?{_BETWEEN_DIGITS.join(own)}(?![0-9])"
    escaped = re.sub(r"([^\w\s])", r"\\\1", text).replace(" ", "[ ]+")
    before = "(?<![A-Za-z0-9])" if re.match("[A-Za-z0-9]", text) else ""
    after = "(?![A-Za-z0-9])" if re.search("[A-Za-z0-9]$", text) else ""
    return f"{before}{escaped}{after}"
