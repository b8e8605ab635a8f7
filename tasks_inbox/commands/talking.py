"""What is said about items, and that they were looked at."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.models import User
from config import clock
from tasks_inbox import mentions, operations, queries
from tasks_inbox.exceptions import CommentEmpty, TooManyPeople, WorkItemUnknown
from tasks_inbox.locks import lock_item_and_family
from tasks_inbox.models import Comment, WorkItem, WorkItemEvent
from workflows import statements
from workflows.locks import retrying

COMMENT_LIMIT = 5_000
NAME_LIMIT = 200


@retrying
@transaction.atomic(durable=True)
@statements.together()
def comment_on_work_item(*, actor: User, work_item_id: UUID, text: str) -> Comment:
    """Say something about an item one may see, also an ended one; who is mentioned and may see it is told.

    Refuses silence, more than 5,000 characters, and more than 20 mentioned people (TooManyPeople).
    """
    words = text.strip()
    if not words or len(words) > COMMENT_LIMIT:
        raise CommentEmpty
    if len(mentions.mentioned_in(words)) > mentions.MOST:
        raise TooManyPeople
    item, _family = lock_item_and_family(work_item_id, actor=actor)
    if not queries.may_see(actor, item):
        raise WorkItemUnknown
    comment = Comment.objects.create(item=item, author=actor, text=words, at=clock.now())
    operations.record_event(item, WorkItemEvent.Kind.COMMENTED, actor=actor, data={"comment": comment.pk})
    operations.touch([item])
    return comment


@retrying
@transaction.atomic(durable=True)
@statements.together()
def note_attached(*, actor: User, work_item_id: UUID, name: str, file_id: UUID) -> WorkItem:
    """Remember that a file was added to the record of an item through the item; who follows it is told."""
    item, _family = lock_item_and_family(work_item_id, actor=actor)
    if not queries.may_see(actor, item):
        raise WorkItemUnknown
    told = {"name": name[:NAME_LIMIT], "file": str(file_id)}
    operations.record_event(item, WorkItemEvent.Kind.ATTACHED, actor=actor, data=told)
    operations.touch([item])
    return item


@retrying
@transaction.atomic(durable=True)
def mark_opened(*, actor: User, work_item_id: UUID) -> None:
    """Remember that the holder has looked at the item, so that no reminder mail goes out for it."""
    WorkItem.objects.filter(pk=work_item_id, assignee=actor, opened_at=None).update(opened_at=clock.now())
