"""Why processes rest: somebody has something to do (settings.WORKFLOW_WAITS)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from tasks_inbox.models import Candidate, WorkItem


def open_work() -> QuerySet[WorkItem]:
    """The open items somebody has or may take; each waits for a person on behalf of its instance.

    One of nobody (its model says ``block`` for when nobody is found) keeps nothing waiting: its process is stuck until
    somebody gives it to somebody.
    """
    offered = Exists(Candidate.objects.filter(item=OuterRef("pk")))
    return WorkItem.objects.filter(Q(assignee__isnull=False) | Q(offered), status=WorkItem.Status.OPEN)
