"""Filters of a list as they stand in its address: chips that take one away, menus that put one in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its name in the address, what people call it, and the values it offers with their words."""

    key: str
    label: str
    choices: tuple[tuple[str, str], ...]

    def words(self, value: str) -> str:
        """What a value is called; the value itself when it is not on offer."""
        return dict(self.choices).get(value, value)


@dataclass(frozen=True, slots=True)
class Filtering:
    """The filters of one request."""

    request: HttpRequest
    filters: tuple[Filter, ...]

    @property
    def values(self) -> dict[str, str]:
        """The values in force; those that are not on offer are left out."""
        offered = {item.key: {value for value, _words in item.choices} for item in self.filters}
        asked = {key: self.request.GET.get(key, "") for key in offered}
        return {key: value for key, value in asked.items() if value in offered[key]}

    def chips(self) -> list[dict[str, str]]:
        """The filters in force, each with the address without it."""
        values = self.values
        return [
            {"name": item.label, "value": item.words(values[item.key]), "remove_url": self.address({item.key: ""})}
            for item in self.filters
            if item.key in values
        ]

    def menus(self) -> list[dict[str, Any]]:
        """A menu for each filter, with the addresses of its choices."""
        values = self.values
        return [
            {
                "id": f"filter-{item.key}",
                "label": item.label,
                "choices": [
                    {
                        "label": words,
                        "url": self.address({item.key: value}),
                        "current": values.get(item.key) == value,
                    }
                    for value, words in item.choices
                ],
            }
            for item in self.filters
            if item.choices
        ]

    def hiddens(self) -> list[dict[str, str]]:
        """What the search field must carry along."""
        kept = {**self.values, "sort": self.request.GET.get("sort", "")}
        return [{"name": name, "value": value} for name, value in kept.items() if value]

    def address(self, changes: Mapping[str, str]) -> str:
        """The address of this list with some parameters changed, from its first page on."""
        query = self.request.GET.copy()
        query.pop("page", None)
        for name, changed in changes.items():
            query[name] = changed
        kept = QueryDict(mutable=True)
        for key in query:
            if value := str(query[key]):
                kept[key] = value
        return f"{self.request.path}?{kept.urlencode()}" if kept else self.request.path


def choices_of(rows: Iterable[tuple[Any, Any]]) -> tuple[tuple[str, str], ...]:
    """Choices as texts."""
    return tuple((str(value), str(words)) for value, words in rows)
