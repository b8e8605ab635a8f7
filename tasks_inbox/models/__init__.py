"""What people have to do: work items, who may take them, their drafts, discussion and history."""

from tasks_inbox.models.consultations import Consultation
from tasks_inbox.models.copies import Copy
from tasks_inbox.models.events import WorkItemEvent
from tasks_inbox.models.held import HeldAct
from tasks_inbox.models.items import NEVER, Candidate, WorkItem, WorkItemQuerySet
from tasks_inbox.models.labels import Label, Labelling
from tasks_inbox.models.marks import Snooze, Watch
from tasks_inbox.models.talk import Comment, Draft

__all__ = [
    "NEVER",
    "Candidate",
    "Comment",
    "Consultation",
    "Copy",
    "Draft",
    "HeldAct",
    "Label",
    "Labelling",
    "Snooze",
    "Watch",
    "WorkItem",
    "WorkItemEvent",
    "WorkItemQuerySet",
]
