"""What can be refused in the inbox, said as facts; the docstring is the sentence people read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


class InboxRefusal(Exception):
    """The task could not be changed."""

    code = "refused"
    sentence = _("The task could not be changed.")


class WorkItemUnknown(InboxRefusal):
    """There is no such task, or it is not yours to see."""

    code = "unknown"
    sentence = _("There is no such task, or it is not yours to see.")


class WorkItemEnded(InboxRefusal):
    """The task has been completed or withdrawn in the meantime."""

    code = "ended"
    sentence = _("This task has been completed or withdrawn in the meantime.")


class WorkItemAlreadyClaimed(InboxRefusal):
    """Somebody else has taken the task."""

    code = "already-claimed"
    sentence = _("Somebody else has taken this task.")


class NotYours(InboxRefusal):
    """Only the person who has the task may do this."""

    code = "not-yours"
    sentence = _("Only the person who has this task may do that.")


class NotACandidate(InboxRefusal):
    """The task is not meant for this person."""

    code = "not-a-candidate"
    sentence = _("This task is not meant for you.")


class RecipientUnfit(InboxRefusal):
    """The task cannot be given to this person."""

    code = "recipient-unfit"
    sentence = _("The task cannot be given to this person.")


class CommentEmpty(InboxRefusal):
    """The comment says nothing, or too much."""

    code = "comment-empty"
    sentence = _("Write something, up to 5,000 characters.")


class FormChanged(InboxRefusal):
    """The record changed since the form was opened."""

    code = "stale"
    sentence = _("The record changed since you opened this task. Look at it again, then decide.")


class AnswersTooLarge(InboxRefusal):
    """The answers are larger than any form needs."""

    code = "answers-too-large"
    sentence = _("The answers are too large to be kept.")
