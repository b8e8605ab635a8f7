"""Why an act on a task was refused, said with the name of whoever was faster."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from tasks_inbox import queries
from tasks_inbox.exceptions import InboxRefusal, NotYours, WorkItemAlreadyClaimed, WorkItemEnded
from tasks_inbox.models import WorkItem
from web.errors import Refusal, answer, refusal_of
from web.pages import reader

P = ParamSpec("P")
Act = Callable[Concatenate[HttpRequest, UUID, P], HttpResponse]


def says_who(act: Act[P]) -> Act[P]:
    """Answers a refused act with who has the task, or who ended it and how."""

    @wraps(act)
    def tried(request: HttpRequest, item_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return act(request, item_id, *args, **kwargs)
        except InboxRefusal as refusal:
            plain = refusal_of(refusal)
            assert plain is not None
            sentence = sentence_for(refusal, reader(request), item_id) or plain.sentence
            return answer(request, Refusal(plain.status, sentence))

    return cast(Act[P], tried)


def sentence_for(refusal: InboxRefusal, user: User, item_id: UUID) -> str:
    """The refusal with names in it; empty where there is nothing to add."""
    item = queries.visible_item(user, item_id)
    if item is None:
        return ""
    if isinstance(refusal, WorkItemEnded):
        return _ended(item, user)
    if isinstance(refusal, WorkItemAlreadyClaimed | NotYours) and item.assignee not in {None, user}:
        return _("%(name)s has taken this task.") % {"name": item.assignee.display_name if item.assignee else ""}
    return ""


def _ended(item: WorkItem, user: User) -> str:
    if item.status == WorkItem.Status.CANCELLED:
        return _("This task was withdrawn: its process went another way. Nothing is left to do here.")
    if item.ended_by is None:
        return ""
    if item.ended_by == user:
        return _("You have completed this task already.")
    return _("%(name)s has completed this task already.") % {"name": item.ended_by.display_name}
