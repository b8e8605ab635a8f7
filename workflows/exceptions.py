"""What can be refused about running processes, named as facts; ``sentence`` is what people read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from workflows.engine import api

HostFunctionFailed = api.HostFunctionFailed
"""What a host function raises when it has no answer; its text says why."""


class WorkflowError(Exception):
    """The process could not be moved on."""

    code = "refused"
    sentence = _("The process could not be moved on.")

    def __str__(self) -> str:
        return super().__str__() or str(self.sentence)


class InstanceNotFound(WorkflowError):
    """There is no such process instance."""

    code = "instance-not-found"
    sentence = _("There is no such process, or you may not see it.")


class InstanceHasEnded(WorkflowError):
    """The process has already ended."""

    code = "instance-has-ended"
    sentence = _("The process has already ended.")


class InstanceIsSuspended(WorkflowError):
    """The process is suspended; resume it first."""

    code = "instance-is-suspended"
    sentence = _("The process is suspended. Ask an operator to let it go on.")


class InstanceIsNotSuspended(WorkflowError):
    """The process is not suspended."""

    code = "instance-is-not-suspended"
    sentence = _("The process is not suspended.")


class StepIsNotOpen(WorkflowError):
    """This step is no longer open: it was completed or withdrawn in the meantime."""

    code = "step-is-not-open"
    sentence = _("This task has been completed or withdrawn in the meantime.")


class SigningImpossible(WorkflowError):
    """Whoever else signs at this step stands in the way, or nobody can be added to it."""

    code = "signing-impossible"

    def __init__(self, reason: api.Unsigned = api.Unsigned.AWAITED) -> None:
        super().__init__(str(_UNSIGNED[reason]))
        self.reason = reason

    @property
    def has_answered(self) -> bool:
        """Whether it is too late: they have answered."""
        return self.reason is api.Unsigned.ANSWERED

    @property
    def text(self) -> str:
        """The reason in the reader's language."""
        return str(_UNSIGNED[self.reason])


_UNSIGNED = {
    api.Unsigned.AWAITED: _("Somebody was asked to sign before you. Their answer is still awaited."),
    api.Unsigned.ANSWERED: _("They have answered already."),
    api.Unsigned.NO_USER_TASK: _("Nobody can be added to sign here."),
    api.Unsigned.NO_SIGNER: _("This is not somebody who was added to sign."),
    api.Unsigned.TOO_DEEP: _("Whoever was asked by a signer of a signer cannot ask anybody else."),
    api.Unsigned.TOO_MANY: _("At most 20 people can be added to sign one task."),
    api.Unsigned.FAILED: _("What the signers said is too large to be kept."),
}


class StartEventNotFound(WorkflowError):
    """The process has no such start event."""

    code = "start-event-not-found"
    sentence = _("This process cannot be started this way.")


class RecordNeeded(WorkflowError):
    """This process is about a record: it is started there."""

    code = "record-needed"
    sentence = _("This process is about a record. Start it from the record’s page.")


class StartsWithItsRecord(WorkflowError):
    """This process starts when its record is made, never by hand."""

    code = "starts-with-its-record"
    sentence = _("This process starts by itself when its record is made. Make the record instead.")


class IncidentIsClosed(WorkflowError):
    """The incident is already closed."""

    code = "incident-is-closed"
    sentence = _("This problem has been solved in the meantime.")


class NotPermitted(WorkflowError):
    """You may not do this to the process."""

    code = "not-permitted"
    sentence = _("You may not do this to the process.")


class InstanceIsLive(WorkflowError):
    """The process has not ended."""

    code = "instance-is-live"
    sentence = _("The process has not ended yet. Change its path instead of starting it again.")


class ProcessIsSuspended(WorkflowError):
    """The process, or its version in use, is suspended: nothing starts it."""

    code = "process-is-suspended"
    sentence = _("This process is suspended at present. It cannot be started until an operator lets it go on.")


class ProcessIsNotSuspended(WorkflowError):
    """The process is not suspended."""

    code = "process-is-not-suspended"
    sentence = _("This process is not suspended.")


class ReasonNeeded(WorkflowError):
    """An operator's act needs a reason."""

    code = "reason-needed"
    sentence = _("Say why. It stays in the history.")


class ModificationImpossible(WorkflowError):
    """BPMN's scopes, or the element itself, make the change of the path impossible."""

    code = "modification-impossible"

    def __init__(self, refusal: api.ModificationRefused, name: str = "") -> None:
        super().__init__(str(refusal))
        self.obstacle = refusal.obstacle
        self.element = refusal.element
        self.detail = refusal.detail
        self.name = name or refusal.element

    @property
    def text(self) -> str:
        """The reason in the reader's language."""
        return str(_OBSTACLES[self.obstacle]) % {"name": self.name, "detail": self.detail}

    def __str__(self) -> str:
        return self.text


_Obstacle = api.Obstacle
_OBSTACLES = {
    _Obstacle.NOTHING: _("Say what shall start or end."),
    _Obstacle.UNKNOWN_ELEMENT: _("There is no step “%(name)s” in this version."),
    _Obstacle.START_EVENT: _("“%(name)s” is a start event. Start after it instead."),
    _Obstacle.BOUNDARY_EVENT: _("“%(name)s” sits on another step and cannot be started alone. Start after it instead."),
    _Obstacle.EVENT_SUB_PROCESS: _("“%(name)s” begins with its event only. Start at a step inside it instead."),
    _Obstacle.COMPENSATION: _("“%(name)s” undoes another step and runs only when that is undone."),
    _Obstacle.AFTER_GATEWAY: _("“%(name)s” waits together with others. Start before the gateway in front of it."),
    _Obstacle.NOTHING_FOLLOWS: _("Nothing that could be started follows “%(name)s”."),
    _Obstacle.SEVERAL_SCOPES: _("“%(name)s” lies in a part that runs several times. Say in which one (%(detail)s)."),
    _Obstacle.NO_ITEM: _(
        "“%(name)s” lies in a repeated part (%(detail)s) that does not run now. Start before that part instead."
    ),
    _Obstacle.NO_ANCESTOR: _("The part chosen for “%(name)s” does not run, or does not contain it."),
    _Obstacle.NOT_OPEN: _("“%(name)s” is not open now."),
    _Obstacle.LISTENER: _("“%(name)s” only waits beside another step and ends with it."),
    _Obstacle.FAILED: _("“%(name)s” cannot be entered: %(detail)s"),
}


class UnknownRecordKind(WorkflowError):
    """No such kind of record is registered."""

    code = "unknown-record-kind"
    sentence = _("There is no such kind of record.")


class RecordNotFound(WorkflowError):
    """The record no longer exists."""

    code = "record-not-found"
    sentence = _("The record no longer exists.")


class HandlerAlreadyRegistered(WorkflowError):
    """Two functions claim the same name."""

    code = "handler-already-registered"
    sentence = _("Two functions claim the same name.")


class InputRefused(WorkflowError):
    """A handler was called with inputs that do not fit its parameters."""

    code = "input-refused"
    sentence = _("The process was given values it cannot use.")


class DeploymentRefused(WorkflowError):
    """The files were not deployed; the findings say why."""

    code = "deployment-refused"
    sentence = _("The files were not put into use; the list says why.")


class NothingChosen(WorkflowError):
    """An act on many processes names none."""

    code = "nothing-chosen"
    sentence = _("Choose at least one.")


class BulkActUnderWay(WorkflowError):
    """Everything with the same cause is being retried already."""

    code = "bulk-act-under-way"
    sentence = _("Everything with this cause is being tried again already.")


class BulkActNotFound(WorkflowError):
    """There is no such act on many processes."""

    code = "bulk-act-not-found"
    sentence = _("There is no such act on many processes.")


class RehearsalNotFound(WorkflowError):
    """There is no such rehearsal, or somebody else asked for it."""

    code = "rehearsal-not-found"
    sentence = _("There is no such rehearsal.")


class StartedByItsCaller(WorkflowError):
    """A called instance does not begin again alone: nobody would wait for what it brings."""

    code = "started-by-its-caller"
    sentence = _(
        "Another process called this one and nobody would wait for its result."
        " Change the path of the calling process, or begin that one again, at the step that calls."
    )


class ArchiveDamaged(WorkflowError):
    """An archive file is gone or cannot be read."""

    code = "archive-damaged"
    sentence = _("The archive file is gone or cannot be read.")


class SigningKeyMissing(WorkflowError):
    """The key that signs the history is gone or unreadable; nothing is sealed, archived or deleted without it."""

    code = "signing-key-missing"
    sentence = _(
        "The key that signs the history is not at %(path)s, or cannot be read. Bring it back from its backup, or make"
        " a new one with: manage.py renew_history_key"
    )

    def __init__(self, path: object) -> None:
        super().__init__(str(path))
        self.path = path

    @property
    def text(self) -> str:
        """Where it should be, and what to do."""
        return str(self.sentence) % {"path": self.path}

    def __str__(self) -> str:
        return self.text


class HistoryNotWhole(WorkflowError):
    """The history does not agree with its seals, so that none of them may be dropped."""

    code = "history-not-whole"
    sentence = _("The history is not whole; no seal is dropped. Look at it with: manage.py verify_history")


class RetentionImpossible(WorkflowError):
    """Deleted before archived, or no number of days."""

    code = "retention-impossible"
    sentence = _("Days are 0 to 36500, and nothing is deleted before it is archived.")


class EmployeeStillActive(WorkflowError):
    """The account of the employee whose data was to be erased is still open."""

    code = "employee-still-active"
    sentence = _("This person still works here. Close the account first.")


class PersonStillNeeded(WorkflowError):
    """Open processes still need the person whose data was to be erased."""

    code = "person-still-needed"
    sentence = _("Open processes still need this person.")
