"""What tasks hold of the person they are about: answers, drafts, discussion."""

from __future__ import annotations

from django.db.models import Q

from tasks_inbox.models import (
    Candidate,
    Comment,
    Consultation,
    Copy,
    Draft,
    HandOver,
    HandOverPart,
    HeldAct,
    Label,
    QuickPhrases,
    SavedView,
    SeenRecord,
    Signer,
    WorkItem,
    WorkItemEvent,
)
from workflows.erasing.histories import processes
from workflows.erasing.person import Person
from workflows.erasing.registry import personal_data, spare


def of_item(person: Person) -> Q:
    """Rows of tasks of a process about the person."""
    return processes(person, "item__instance__")


personal_data(WorkItem, "tasks", "answers", "headers", "outcome", "record_number", about=processes)
personal_data(Draft, "drafts", "answers", about=of_item)
personal_data(HeldAct, "drafts", "answers", about=of_item)
personal_data(Comment, "comments", "text", about=of_item, emptied=("text",))
personal_data(Copy, "comments", "note", about=of_item)
personal_data(Consultation, "comments", "question", "answer", about=of_item, emptied=("question", "answer"))
personal_data(Signer, "comments", "note", about=of_item)
personal_data(Label, "tasks", "name")
personal_data(SavedView, "tasks", "name", "query")
personal_data(QuickPhrases, "tasks", "phrases")
personal_data(WorkItemEvent, "tasks", "data", about=of_item)
spare(
    "which step of which process, for which group of the company",
    {
        WorkItem: "step element name process_key record_kind record_id form part_of signing",
        Candidate: "group_key",
        Signer: "step",
    },
)
spare("which list of the inbox, in which order", {SavedView: "base order grouping"})
spare("which record was seen in which state", {SeenRecord: "record_kind record_id"})
spare("a hash over what a form showed", {HeldAct: "seen"})
spare("what became of the work of staff who left", {HandOver: "receivers", HandOverPart: "kind status refusal"})
