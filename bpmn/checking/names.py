"""Variables that expressions read and nothing before them can have written: mostly slips of the pen."""

from __future__ import annotations

import difflib

from bpmn.checking.report import Report
from bpmn.checking.slips import slip_of
from bpmn.checking.writers import Writers
from bpmn.model import Flow, Node

_SIMILAR = 0.85


def report_unknown(owner: Node | Flow, name: str, writers: Writers, report: Report, *, own: bool) -> bool:
    """Say that nothing before can have written a name; whether there was something to say. ``own`` says that the
    expression is evaluated when the element has its results.

    Where a step before may bring anything, only a slip of the pen is doubted; what whoever starts the process may
    bring is no more than noted.
    """
    seen = writers.visible(owner, own=own)
    known = seen.names | writers.local(owner)
    if name in known:
        return False
    is_open = seen.anything or seen.given
    similar = slip_of(name, known) if is_open else _similar(name, known)
    if similar:
        report.warn("unknown-name-similar", owner, variable=name, similar=similar)
    elif seen.anything:
        return False
    elif seen.given:
        report.notice("unknown-name-start", owner, variable=name)
    else:
        code = "unknown-name-later" if name in writers.all.names else "unknown-name"
        report.warn(code, owner, variable=name)
    return True


def _similar(name: str, known: set[str]) -> str | None:
    similar = difflib.get_close_matches(name, sorted(known), 1, _SIMILAR)
    return similar[0] if similar and not _is_plural(name, similar[0]) else None


def _is_plural(one: str, other: str) -> bool:
    """Whether one name continues the other: ``order`` and ``orders`` are two things."""
    return one.startswith(other) or other.startswith(one)
