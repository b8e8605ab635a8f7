"""What an inbox page shows, as its address says it: view, filter, order, headings, page, saved view."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from tasks_inbox import lists
from tasks_inbox.arranging import Arrangement, Grouping, Order
from tasks_inbox.queries import PAGE, Page, View
from web.pages import page_in
from web.views import inbox_filter
from web.views.inbox_filter import Filter

Choice = TypeVar("Choice", Order, Grouping)
GROUPED = lists.SORTED_BY_CHOICE | {View.DONE, View.STARTED}
"""Views whose rows may stand under other headings than their own."""


@dataclass(frozen=True, slots=True)
class State:
    """One list as it is asked for; what a view does not offer counts as not asked for."""

    view: View
    query: str = ""
    order: Order = Order.OWN
    grouping: Grouping = Grouping.OWN
    number: int = 1
    saved: str = ""

    @property
    def arrangement(self) -> Arrangement:
        """Order and headings together."""
        return Arrangement(self.order, self.grouping)

    def parameters(self) -> dict[str, Any]:
        """What stands behind the question mark, without what goes without saying."""
        asked = {
            "q": self.query,
            "sort": self.order.value,
            "group": self.grouping.value,
            "saved": self.saved,
            "page": self.number if self.number > 1 else "",
        }
        return {name: value for name, value in asked.items() if value}

    def address(self, name: str = "inbox", **changes: Any) -> str:
        """The page (or ``inbox_rows``, its list alone) that shows this, or this with changes; from its first page."""
        asked = replace(self, **({"number": 1} | changes))
        parameters = asked.parameters()
        return reverse(name, args=[asked.view]) + (f"?{urlencode(parameters)}" if parameters else "")


def read(view: View, asked: QueryDict | dict[str, str], *, query: str = "") -> State:
    """What an address asks for; words that mean nothing are passed over. ``query`` is the line, read already."""
    return State(
        view,
        query,
        _choice(Order, asked.get("sort", "")) if view in lists.SORTED_BY_CHOICE else Order.OWN,
        _choice(Grouping, asked.get("group", "")) if view in GROUPED else Grouping.OWN,
        page_in(str(asked.get("page", "1"))),
        str(asked.get("saved", ""))[:36],
    )


def page_of(user: User, state: State, asked: Filter) -> Page:
    """The rows an address asks for."""
    return lists.page(user, state.view, **_words(state, asked))


def fingerprint_of(user: User, state: State, asked: Filter) -> str:
    """The fingerprint of what `page_of` gives, for the page's socket."""
    return lists.page_fingerprint(user, state.view, **_words(state, asked))


def _words(state: State, asked: Filter) -> dict[str, Any]:
    return {
        "offset": (state.number - 1) * PAGE,
        "where": asked.where,
        "anchor": asked.anchor,
        "arrangement": state.arrangement,
    }


def filter_of(user: User, text: str) -> Filter:
    """The filter line of an address."""
    return inbox_filter.read(user, text)


def _choice(kind: type[Choice], text: Any) -> Choice:
    try:
        return kind(text)
    except ValueError:
        return kind("")
