"""What tasks hold of the person they are about: answers, drafts, discussion."""

from __future__ import annotations

from django.db.models import Q

from tasks_inbox.models import Candidate, Comment, Draft, WorkItem, WorkItemEvent
from workflows.erasing.histories import processes
from workflows.erasing.person import Person
from workflows.erasing.registry import personal_data, spare


def of_item(person: Person) -> Q:
    """Rows of tasks of a process about the person."""
    return processes(person, "item__instance__")


personal_data(WorkItem, "tasks", "answers", "headers", about=processes)
personal_data(Draft, "drafts", "answers", about=of_item)
personal_data(Comment, "comments", "text", about=of_item, emptied=("text",))
personal_data(WorkItemEvent, "tasks", "data", about=of_item)
spare("who of the company may take a task", Candidate)
