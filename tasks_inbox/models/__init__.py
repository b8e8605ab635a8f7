"""What people have to do: work items, who may take them, their drafts, discussion and history."""

from tasks_inbox.models.events import WorkItemEvent
from tasks_inbox.models.items import NEVER, Candidate, WorkItem, WorkItemQuerySet
from tasks_inbox.models.talk import Comment, Draft

__all__ = ["NEVER", "Candidate", "Comment", "Draft", "WorkItem", "WorkItemEvent", "WorkItemQuerySet"]
