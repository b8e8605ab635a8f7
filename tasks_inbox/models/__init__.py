"""What people have to do: work items, who may take them, their drafts, discussion and history."""

from tasks_inbox.models.consultations import Consultation
from tasks_inbox.models.copies import Copy
from tasks_inbox.models.events import WorkItemEvent
from tasks_inbox.models.handovers import HandOver, HandOverPart
from tasks_inbox.models.held import HeldAct
from tasks_inbox.models.items import NEVER, Candidate, WorkItem, WorkItemQuerySet
from tasks_inbox.models.labels import Label, Labelling
from tasks_inbox.models.marks import Snooze, Watch
from tasks_inbox.models.saved_views import PinnedView, SavedView
from tasks_inbox.models.seen import QuickPhrases, SeenRecord
from tasks_inbox.models.signers import Signer
from tasks_inbox.models.talk import Comment, Draft

__all__ = [
    "NEVER",
    "Candidate",
    "Comment",
    "Consultation",
    "Copy",
    "Draft",
    "HandOver",
    "HandOverPart",
    "HeldAct",
    "Label",
    "Labelling",
    "PinnedView",
    "QuickPhrases",
    "SavedView",
    "SeenRecord",
    "Signer",
    "Snooze",
    "Watch",
    "WorkItem",
    "WorkItemEvent",
    "WorkItemQuerySet",
]
