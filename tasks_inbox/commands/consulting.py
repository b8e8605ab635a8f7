"""Asking somebody's opinion about an item without giving it away."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from config import clock
from tasks_inbox import audiences, consulting, operations, planning, queries
from tasks_inbox.commands.requiring import locked, require_holder
from tasks_inbox.exceptions import (
    AskedAlready,
    CommentEmpty,
    NotYours,
    QuestionEnded,
    RecipientUnfit,
    RecordNotTheirs,
    WorkItemUnknown,
)
from tasks_inbox.models import Consultation, WorkItem, WorkItemEvent
from tasks_inbox.standing import holds
from workflows import statements
from workflows.locks import retrying
from workflows.rows import Table

TEXT_LIMIT = 5_000
Kind = WorkItemEvent.Kind
_ITEMS, _QUESTIONS = Table(WorkItem), Table(Consultation)


@retrying
@transaction.atomic(durable=True)
@statements.together()
def consult(*, actor: User, work_item_id: UUID, person: User, question: str) -> Consultation:
    """Ask somebody's opinion about an item one has; they are told and answer in text.

    They see the item read-only while they are asked. Where the header ``consulting`` of the task says
    ``pauses-clock`` its time stands still until they answer. Refuses people who see neither the item nor its record
    (RecordNotTheirs) or were asked already, and silence.
    """
    words = _words(question)
    item = locked(actor, work_item_id)
    require_holder(actor, item)
    if not person.is_active or person.pk in {actor.pk, item.assignee_id}:
        raise RecipientUnfit
    if not queries.may_be_shown(person, item):
        raise RecordNotTheirs
    if any(each.asked_id == person.pk for each in consulting.open_questions(item)):
        raise AskedAlready
    pauses = consulting.pauses_clock(item)
    asked = Consultation(item=item, asked=person, by=actor, question=words, pauses=pauses, at=clock.now())
    _QUESTIONS.insert([asked])
    item.consulted = True
    item.version += 1
    _ITEMS.update([item], "consulted", "version")
    if pauses:
        planning.stop_clock(item)
    told = {"to": person.username, "question": str(asked.pk)}
    operations.record_event(item, Kind.CONSULTED, actor=actor, data=told)
    audiences.tell([item], also=[person.pk])
    return asked


@retrying
@transaction.atomic(durable=True)
@statements.together()
def answer_consultation(*, actor: User, consultation_id: UUID, answer: str) -> Consultation:
    """Say what one was asked; who asked is told. Refuses others, questions that have ended, and silence."""
    words = _words(answer)
    question, item = _locked_question(actor, consultation_id)
    if question.asked_id != actor.pk:
        raise NotYours
    return _end(question, item, actor, Consultation.Status.ANSWERED, words)


@retrying
@transaction.atomic(durable=True)
@statements.together()
def withdraw_consultation(*, actor: User, consultation_id: UUID) -> Consultation:
    """Ask no longer, by whoever asked or has the item; who was asked is told."""
    question, item = _locked_question(actor, consultation_id)
    if question.by_id != actor.pk and not holds(actor, item):
        raise NotYours
    return _end(question, item, actor, Consultation.Status.WITHDRAWN, "")


def _locked_question(actor: User, consultation_id: UUID) -> tuple[Consultation, WorkItem]:
    """The open question under the lock of its item. Raises WorkItemUnknown, WorkItemEnded, QuestionEnded."""
    try:
        found = Consultation.objects.filter(pk=consultation_id).values_list("item", flat=True).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise WorkItemUnknown
    item = locked(actor, found)
    question = Consultation.objects.get(pk=consultation_id)
    if not question.is_open:
        raise QuestionEnded
    question.item = item
    return question, item


def _end(question: Consultation, item: WorkItem, actor: User, status: str, answer: str) -> Consultation:
    question.status, question.answer, question.ended_at = status, answer, clock.now()
    _QUESTIONS.update([question], "status", "answer", "ended_at")
    item.version += 1
    _ITEMS.update([item], "version")
    consulting.run_on(item)
    kind = Kind.ADVISED if answer else Kind.UNASKED
    asked = User.objects.only("username").get(pk=question.asked_id)
    told = {"to": asked.username, "question": str(question.pk)}
    operations.record_event(item, kind, actor=actor, data=told)
    audiences.tell([item], also=[question.asked_id, *([question.by_id] if queries.may_see(question.by, item) else [])])
    return question


def _words(text: str) -> str:
    words = text.strip()
    if not words or len(words) > TEXT_LIMIT:
        raise CommentEmpty
    return words
