"""How the live lists of the pages look, for their sockets: inbox and its filter, approvals, the bell, the team."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.utils import translation

from accounts.models import User
from notifications import live_lists
from notifications import queries as bell
from notifications.queries import Show
from tasks_inbox import approvals, queries, team
from tasks_inbox.queries import PAGE, View
from web import inbox_state
from web.pages import page_in
from web.views import inbox_filter


def register() -> None:
    """Make the lists known to the sockets."""
    live_lists.register("inbox", inbox_fingerprint)
    live_lists.register("approvals", approvals_fingerprint)
    live_lists.register("news", news_fingerprint)
    live_lists.register("team", team_fingerprint, of_others=True)


def inbox_name(state: inbox_state.State) -> str:
    """What the inbox calls the list it shows; the filter is read in the page's language."""
    kept = state.parameters()
    kept.pop("saved", None)
    if not kept:
        return f"inbox:{state.view}"
    return f"inbox:{state.view}?{urlencode(kept | {'in': translation.get_language() or ''})}"


def inbox_fingerprint(user: User, rest: str) -> str | None:
    """The fingerprint of one page of a view under its filter, in its order."""
    name, asked = _read(rest)
    if name not in set(View):
        return None
    language = asked.get("in") if asked.get("in") in dict(settings.LANGUAGES) else translation.get_language()
    with translation.override(language):
        found = inbox_filter.read(user, asked.get("q", ""))
        return inbox_state.fingerprint_of(user, inbox_state.read(View(name), asked), found)


def approvals_fingerprint(user: User, rest: str) -> str:
    """The fingerprint of what waits for a person's decision."""
    waiting = approvals.waiting_for(user)
    return queries.fingerprint(waiting, len(waiting))


def news_fingerprint(user: User, rest: str) -> str | None:
    """The fingerprint of one page of what a person was told, narrowed as the page has it."""
    show, asked = _read(rest)
    if show not in set(Show):
        return None
    return bell.page(
        user, show=Show(show), area=asked.get("area", ""), number=page_in(asked.get("page", "1"))
    ).fingerprint


def team_name(part: str, person: str, show: str, number: int = 1) -> str:
    """What the team page calls its rows (``rows``) and the people beside them (``people``)."""
    asked = {"person": person, "show": show, "page": number if number > 1 else ""}
    kept = {name: value for name, value in asked.items() if value}
    return f"team:{part}?{urlencode(kept)}" if kept else f"team:{part}"


def team_fingerprint(user: User, rest: str) -> str | None:
    """The fingerprint of the team's rows, or of how much everybody has."""
    part, asked = _read(rest)
    if part not in {"rows", "people"} or not team.leads(user):
        return None
    if part == "people":
        return _hashed(f"{entry.person and entry.person.pk}:{entry.open}:{entry.late}" for entry in team.load(user))
    show = asked.get("show", "")
    rows = team.team_items(user, person=asked.get("person", ""), late=show == "late", free=show == "free")
    first = _offset(asked)
    return queries.fingerprint(rows[first : first + PAGE], rows.count())


def _read(rest: str) -> tuple[str, dict[str, str]]:
    name, _, query = rest.partition("?")
    return name, dict(parse_qsl(query))


def _offset(asked: dict[str, str]) -> int:
    return (page_in(asked.get("page", "1")) - 1) * PAGE


def _hashed(parts: Iterable[str]) -> str:
    return hashlib.blake2b(",".join(parts).encode(), digest_size=8).hexdigest()
