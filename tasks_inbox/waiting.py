"""Why processes rest: somebody has something to do (settings.WORKFLOW_WAITS)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from bpmn.approver_rules import BLOCK, NOBODY_FOUND
from tasks_inbox.models import Candidate, WorkItem


def open_work() -> QuerySet[WorkItem]:
    """The open items somebody has or may take; each waits for a person on behalf of its instance.

    One that is blocked because nobody was found keeps nothing waiting: its process is stuck until somebody gives it
    to somebody.
    """
    offered = Exists(Candidate.objects.filter(item=OuterRef("pk")))
    for_nobody = Q(~offered, **{"assignee": None, f"headers__{NOBODY_FOUND}": BLOCK})
    return WorkItem.objects.filter(~for_nobody, status=WorkItem.Status.OPEN)
