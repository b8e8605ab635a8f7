"""The kinds of decisions, one module each: what their pages show is asked here, whatever the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.module_loading import import_string

from accounts.models import User
from tasks_inbox.models import WorkItem
from web.subjects import Subject

Variables = Mapping[str, Any]
Document = Callable[[User, WorkItem, Subject | None, Variables], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ApprovalKind:
    """One kind of decision.

    ``fits`` tells whether a task is of it. ``document`` gives what ``template`` shows, and for every kind: "checks"
    (see `web.approving.checks.panel`, left out where nothing is checked), "approval_chain", "seen_number" (the state
    of the record that is shown, None where it has none). ``whole``: everything the form shows is in the document, so
    that beside it only answers are asked for; otherwise its texts stay in the form. ``may_fail``: its checks can find
    something; otherwise nobody has to ask them.
    """

    fits: Callable[[WorkItem, Subject | None], bool]
    template: str
    document: Document
    whole: bool = True
    may_fail: bool = True


KINDS: tuple[str, ...] = (
    "web.approving.marketing_plan.KIND",
    "web.approving.level_change.KIND",
    "web.approving.compensation.KIND",
    "web.approving.anything.KIND",
)
"""The first that fits is taken; the last fits everything. By name: they use the pages this is used by."""


def kind_of(item: WorkItem, subject: Subject | None) -> ApprovalKind:
    """The kind of decision a task asks for."""
    return next(kind for kind in _kinds() if kind.fits(item, subject))


def is_green(user: User, item: WorkItem, subject: Subject | None, variables: Variables) -> bool:
    """Whether every check beside the decision is passed; also where there is nothing to check."""
    kind = kind_of(item, subject)
    if not kind.may_fail:
        return True
    checks: dict[str, Any] = kind.document(user, item, subject, variables).get("checks") or {}
    return bool(checks) and all(row["tone"] == "ok" for row in checks["rows"])


@lru_cache(maxsize=1)
def _kinds() -> tuple[ApprovalKind, ...]:
    return tuple(import_string(name) for name in KINDS)
