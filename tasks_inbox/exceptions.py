"""What can be refused in the inbox, said as facts; the docstring is the sentence people read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class InboxRefusal(Exception):
    """The task could not be changed."""

    code = "refused"
    sentence: Any = _("The task could not be changed.")


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


class RecipientAway(InboxRefusal):
    """The person is away, and the one who has the task stands in for them."""

    code = "recipient-away"
    sentence = _("This person is away, and whoever has the task stands in for them.")


class NotHeldForAnother(InboxRefusal):
    """Whoever has the task has it in their own name."""

    code = "not-held-for-another"
    sentence = _("Whoever has this task has it in their own name: there is nobody to hand it back to.")


class NobodyToReceive(InboxRefusal):
    """The work of somebody who leaves needs others, who are here, to receive it."""

    code = "nobody-to-receive"
    sentence = _("Name one to twenty other people who are here to receive the work.")


class HandOverUnderWay(InboxRefusal):
    """The work of this person is being handed over already."""

    code = "hand-over-under-way"
    sentence = _("The work of this person is being handed over already.")


class WorkLeftBehind(InboxRefusal):
    """Tasks would be left with nobody."""

    code = "work-left-behind"
    sentence = _("Tasks would be left with nobody. Hand over the work of this person first.")

    def __init__(self, count: int = 0) -> None:
        super().__init__()
        self.count = count


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


class BeingFinished(InboxRefusal):
    """Somebody has completed the task just now and may still take it back."""

    code = "being-finished"
    sentence: Any = _("Somebody is finishing this.")

    def __init__(self, by: User | None = None, actor: User | None = None) -> None:
        super().__init__()
        if by is not None and by == actor:
            self.sentence = _("You have finished this. Undo it first if you want to change it.")
        elif by is not None:
            self.sentence = f"{being_finished_by(by.display_name)}."


class NothingToTakeBack(InboxRefusal):
    """The act was carried out or taken back before."""

    code = "nothing-to-take-back"
    sentence = _("There is nothing to undo: the task is open.")

    def __init__(self, *, ended: bool = False) -> None:
        super().__init__()
        if ended:
            self.sentence = _("This is done and can no longer be undone.")


class CannotBeUndone(InboxRefusal):
    """Completing the task causes something that nothing makes good again."""

    code = "cannot-be-undone"
    sentence = _("This cannot be undone.")


class MomentUnfit(InboxRefusal):
    """The moment lies in the past or absurdly far away."""

    code = "moment-unfit"
    sentence = _("Choose a moment that is still to come, within the next five years.")


class NotYoursToPlan(InboxRefusal):
    """Priority and due date are changed by somebody above the holder, or as the process says."""

    code = "not-yours-to-plan"
    sentence = _("Only somebody above the person who has this task may change that.")


class PriorityUnfit(InboxRefusal):
    """A priority is a number from 0 to 100."""

    code = "priority-unfit"
    sentence = _("Choose one of the priorities.")


class ReasonMissing(InboxRefusal):
    """The act needs a reason."""

    code = "reason-missing"
    sentence = _("Say why, in up to 1,000 characters.")


class IsDelegated(InboxRefusal):
    """The task must come back to its owner first."""

    code = "is-delegated"
    sentence = _("This task is delegated: it has to come back to its owner before this can be done.")


class NotDelegated(InboxRefusal):
    """Nobody does the task for somebody else."""

    code = "not-delegated"
    sentence = _("This task is not delegated.")


class RecordNotTheirs(InboxRefusal):
    """Showing somebody a task must not show them a record they may not see."""

    code = "record-not-theirs"
    sentence = _("Not everybody chosen may see what this task is about. Nobody was told anything.")


class TooManyPeople(InboxRefusal):
    """More people than anybody means to tell at once."""

    code = "too-many-people"
    sentence = _("Choose between 1 and 20 people.")


class UrgedJustNow(InboxRefusal):
    """The person has urged not long ago."""

    code = "urged-just-now"
    sentence = _("You have urged here not long ago. Give it some time.")


class NobodyToUrge(InboxRefusal):
    """The task is with the one who urges, or with nobody at all."""

    code = "nobody-to-urge"
    sentence = _("There is nobody to urge: the task is yours, or nobody is meant to do it.")


class AskedAlready(InboxRefusal):
    """The person has been asked and has not answered yet."""

    code = "asked-already"
    sentence = _("This person has been asked already and has not answered yet.")


class QuestionEnded(InboxRefusal):
    """The question was answered or withdrawn."""

    code = "question-ended"
    sentence = _("This question has been answered or is no longer asked.")


class LabelUnfit(InboxRefusal):
    """A label is a short word with one of the colours, and there are not too many of them."""

    code = "label-unfit"
    sentence = _("A label has 1 to 40 characters and one of the colours; keep at most 50, and 10 on a task.")


class LabelTaken(InboxRefusal):
    """There is such a label already."""

    code = "label-taken"
    sentence = _("There is a label of this name already.")


class LabelUnknown(InboxRefusal):
    """There is no such label for this person."""

    code = "label-unknown"
    sentence = _("There is no such label, or it is not yours to use.")


class SavedViewUnknown(InboxRefusal):
    """There is no such saved view for this person, or it is somebody else's."""

    code = "saved-view-unknown"
    sentence = _("There is no such saved view, or it is not yours to change.")


class SavedViewUnfit(InboxRefusal):
    """A saved view needs a short name, a unit one may share with, and room."""

    code = "saved-view-unfit"
    sentence = _("A view has a name of 1 to 60 characters, is shared with your own unit, and you keep at most 50.")


class MovedMeanwhile(InboxRefusal):
    """The task changed since the screen was drawn, so it is not moved."""

    code = "moved-meanwhile"
    sentence = _("This task has changed since you looked. Nothing was moved.")


class PhrasesUnfit(InboxRefusal):
    """Quick phrases are few and short."""

    code = "phrases-unfit"
    sentence = _("Keep at most 12 phrases, each of up to 200 characters.")


class SigningNotAllowed(InboxRefusal):
    """The process does not let others sign this task then."""

    code = "signing-not-allowed"
    sentence = _("Here the process does not let you add anybody in this place.")


class SignerUnfit(InboxRefusal):
    """The person cannot be asked to sign."""

    code = "signer-unfit"
    sentence = _("This person cannot sign here: they have the task, have left, or are kept out by the four-eyes rule.")


class SignsAlready(InboxRefusal):
    """The person was asked to sign this task before."""

    code = "signs-already"
    sentence = _("This person signs here already.")


class SignerUnknown(InboxRefusal):
    """There is no such signer on the task."""

    code = "signer-unknown"
    sentence = _("There is no such signer on this task.")


class NotYoursToRemove(InboxRefusal):
    """A signer is removed by whoever added them, has the task, or is above that person."""

    code = "not-yours-to-remove"
    sentence = _("Only who added this person, who has the task, or somebody above may remove them.")


class SignerHasAnswered(InboxRefusal):
    """What somebody signed is not taken away."""

    code = "signer-has-answered"
    sentence = _("This person has answered already and cannot be removed.")


class SignersAwaited(InboxRefusal):
    """Somebody signs before, and has not answered."""

    code = "signers-awaited"
    sentence = _("Somebody was asked to sign before you. Their answer is still awaited.")


class VotedAlready(InboxRefusal):
    """The person has given their vote in this poll, for themselves or for somebody absent."""

    code = "voted-already"
    sentence = _("You have voted on this already. Here everybody has one vote, also when standing in for somebody.")


class NotAlike(InboxRefusal):
    """The task cannot be done together with the others."""

    code = "not-alike"
    sentence: Any = _("This one must be opened by itself.")

    def __init__(self, reason: str = "") -> None:
        super().__init__()
        if reason:
            self.sentence = reason


def being_finished_by(name: str) -> str:
    """What others read while somebody may still take back what they did, in the active language."""
    return gettext("%(name)s is finishing this") % {"name": name}


class ReturnImpossible(InboxRefusal):
    """The task cannot be sent back to this step; the sentence says why."""

    code = "return-impossible"
    sentence: Any = _("The task cannot be sent back to this step.")

    def __init__(self, why: str | None = None) -> None:
        super().__init__(why or "")
        self.why = why
        self.sentence = WHY_NOT_BACK.get(str(why), self.sentence)


WHY_NOT_BACK = {
    "round-over": _("This step belongs to a repeated part that is over. Choose a step before that part."),
    "came-by-event": _("This step was started by an event of its own. Nobody can be sent back into it."),
    "ended-beside": _(
        "Other steps ended together with this one and could not be opened again. Choose an earlier step."
    ),
    "another-process": _("This step is in another process: it can be sent back to, but not come straight back from."),
    "not-now": _("The task cannot be put aside now: somebody was asked to sign it, or its process is stuck at it."),
    "starter": _("Whoever started this has no step of their own on the way here."),
}
"""Why a step cannot be sent back to, by the code of `workflows.returning.cutting.Blocked`."""


class PathChanged(InboxRefusal):
    """What would be closed, or what was made, is not what the person saw before confirming."""

    code = "path-changed"
    sentence = _("The process has moved since you looked. Look again at what this would close, then confirm.")


class WithdrawImpossible(InboxRefusal):
    """Only the person who completed the task may take that back, where the model lets them."""

    code = "withdraw-impossible"
    sentence = _("Only the person who completed this task may take that back, where the process allows it.")


class TooLateToWithdraw(InboxRefusal):
    """Somebody has acted on what followed, or something was done that nothing makes good again."""

    code = "too-late-to-withdraw"
    sentence: Any = _("Too late: others have gone on from here. Ask whoever has it now to send it back to you.")

    def __init__(self, irreversible: Iterable[str] = ()) -> None:
        super().__init__()
        done = ", ".join(irreversible)
        if done:
            self.sentence = _("Too late: this was done already and cannot be undone: %(done)s.") % {"done": done}


class RecallImpossible(InboxRefusal):
    """Only whoever started a request may take it back, while it runs and its model allows it."""

    code = "recall-impossible"
    sentence = _("Only the person who started a request may take it back, while it is under way.")


class RejectImpossible(InboxRefusal):
    """The task has a rejection of its own in its form, or its model does not let it end the request."""

    code = "reject-impossible"
    sentence = _("This task does not end the request. Reject it in the form where it offers that, or send it back.")
