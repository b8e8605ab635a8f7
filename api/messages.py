"""The sentences of refusals that bring none of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bpmn.bundle import BundleInvalid
from bpmn.exceptions import ProcessNotDeployed
from bpmn.forms import FormRefused
from workflows import exceptions as workflows

SENTENCES: Mapping[type[BaseException], Any] = {
    workflows.WorkflowError: _("The process could not be moved on."),
    workflows.InstanceNotFound: _("There is no such process, or you may not see it."),
    workflows.RecordNotFound: _("The record no longer exists."),
    workflows.UnknownRecordKind: _("There is no such kind of record."),
    workflows.NotPermitted: _("You may not do this to the process."),
    workflows.InstanceHasEnded: _("The process has already ended."),
    workflows.InstanceIsSuspended: _("The process is suspended. Ask an operator to let it go on."),
    workflows.InstanceIsNotSuspended: _("The process is not suspended."),
    workflows.StepIsNotOpen: _("This task has been completed or withdrawn in the meantime."),
    workflows.StartEventNotFound: _("This process cannot be started this way."),
    workflows.IncidentIsClosed: _("This problem has been solved in the meantime."),
    workflows.InputRefused: _("The process was given values it cannot use."),
    workflows.DeploymentRefused: _("The files were not put into use; the list says why."),
    ProcessNotDeployed: _("This process is not in use at present."),
    BundleInvalid: _("The files cannot be read as processes."),
    FormRefused: _("Some answers are missing or not accepted."),
}

BY_STATUS: Mapping[int, Any] = {
    400: _("Some values are missing or wrong."),
    401: _("Log in first."),
    403: _("You have no right to do this."),
    404: _("There is no such thing, or you may not see it."),
    405: _("This cannot be done here."),
    409: _("This is not possible at present."),
    412: _("Somebody changed this in the meantime. Read it again, then decide."),
    415: _("Send JSON."),
    428: _("Say with If-Match which version you saw."),
    429: _("Too many requests. Wait a little."),
    500: _("Something went wrong on our side."),
    503: _("The service is busy. Try again."),
}
