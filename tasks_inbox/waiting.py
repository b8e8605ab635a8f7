"""Why processes rest: somebody has something to do (settings.WORKFLOW_WAITS)."""

from __future__ import annotations

from django.db.models import QuerySet

from tasks_inbox.models import WorkItem


def open_work() -> QuerySet[WorkItem]:
    """All open items; each waits for a person on behalf of its instance."""
    return WorkItem.objects.filter(status=WorkItem.Status.OPEN)
