"""What can go wrong with running processes, named as facts; the docstring is the default message."""

from __future__ import annotations


class WorkflowError(Exception):
    """The process could not be moved on."""

    def __str__(self) -> str:
        return super().__str__() or (self.__doc__ or "").strip()


class InstanceNotFound(WorkflowError):
    """There is no such process instance."""


class InstanceHasEnded(WorkflowError):
    """The process has already ended."""


class InstanceIsSuspended(WorkflowError):
    """The process is suspended; resume it first."""


class InstanceIsNotSuspended(WorkflowError):
    """The process is not suspended."""


class StepIsNotOpen(WorkflowError):
    """This step is no longer open: it was completed or withdrawn in the meantime."""


class StartEventNotFound(WorkflowError):
    """The process has no such start event."""


class IncidentIsClosed(WorkflowError):
    """The incident is already closed."""


class NotPermitted(WorkflowError):
    """You may not do this to the process."""


class UnknownRecordKind(WorkflowError):
    """No such kind of record is registered."""


class RecordNotFound(WorkflowError):
    """The record no longer exists."""


class HandlerAlreadyRegistered(WorkflowError):
    """Two functions claim the same name."""


class InputRefused(WorkflowError):
    """A handler was called with inputs that do not fit its parameters."""


class DeploymentRefused(WorkflowError):
    """The files were not deployed; the findings say why."""
