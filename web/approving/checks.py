"""The checks beside a decision: rules in words, each passed, to be looked at or in the way, each with its source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

OK, WARN, BAD = "ok", "warn", "bad"


def check(text: str, source: str, *, tone: str = OK, url: str = "") -> dict[str, Any]:
    """One check: what holds or does not, where that was looked up, and where it can be read."""
    return {"tone": tone, "text": text, "source": source, "url": url}


def panel(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What the panel shows: the checks, what is wrong first, and how many passed."""
    worst_first = sorted(rows, key=lambda row: (BAD, WARN, OK).index(row["tone"]))
    return {"rows": worst_first, **summary(worst_first)}


def summary(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """How many passed and how many do not, as words with their tone and icon."""
    tones = [row["tone"] for row in rows]
    passed, blocking = tones.count(OK), tones.count(BAD)
    to_look_at = len(tones) - passed
    if not to_look_at:
        words = ngettext("%(count)s check passed", "all %(count)s checks passed", passed) % {"count": passed}
        return {"words": words, "tone": "success", "icon": "circle-check"}
    words = _("%(passed)s passed, %(others)s to look at") % {"passed": passed, "others": to_look_at}
    return {
        "words": words,
        "tone": "danger" if blocking else "warning",
        "icon": "circle-alert" if blocking else "triangle-alert",
    }
