"""What stands in the way of moving a process to another version, and what would be otherwise, as people read it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflows.migrating import Reason, RemarkKind
from workflows.migrating.queries import Standing

STANDINGS: dict[Standing, tuple[Promise | str, str, str]] = {
    Standing.SAFE: (_("can move"), "success", "circle-check"),
    Standing.CHOICE: (_("needs a choice"), "warning", "triangle-alert"),
    Standing.CANNOT: (_("cannot move"), "danger", "circle-alert"),
}
"""How a group stands: word, tone, icon."""

PROBLEMS: dict[Reason, Promise | str] = {
    Reason.GONE: _("“%(step)s” is gone."),
    Reason.TYPE: _("“%(step)s” is a step of another kind now."),
    Reason.EVENT: _("“%(step)s” waits for another kind of event now."),
    Reason.REPETITION: _("“%(step)s” repeats otherwise now."),
    Reason.SCOPE: _("“%(step)s” lies in another part of the process now."),
    Reason.CALL: _("“%(step)s” calls another process now."),
    Reason.TARGET: _("“%(step)s” cannot go on at the chosen step."),
    Reason.FLOW: _("The way by which “%(step)s” was reached is gone."),
    Reason.STARVES: _("“%(step)s” would wait for ever."),
    Reason.UNDO: _("“%(step)s” could be undone before and cannot any more."),
    Reason.HELD: _("The process is stopped because it ran too long."),
    Reason.ENDS: _("Nothing would be left to do."),
    Reason.FAILED: _("An expression of the new version fails: %(step)s"),
    Reason.UNREADABLE: _("What is stored of the process cannot be read."),
}
REMARKS: dict[RemarkKind, Promise | str] = {
    RemarkKind.STOPS_LISTENING: _("“%(step)s” is not waited for any more."),
    RemarkKind.STARTS_LISTENING: _("“%(target)s” is waited for from now on."),
    RemarkKind.KEEPS_DUE: _("“%(step)s” has another time now; what waits keeps its due moment."),
    RemarkKind.PLANS_AGAIN: _("“%(step)s” has another time now, counted from when it began to wait."),
    RemarkKind.KEEPS_NAME: _("“%(step)s” has another message now; what waits keeps the old one."),
    RemarkKind.BEGINS_ANEW: _("“%(step)s” ends, and “%(target)s” begins."),
    RemarkKind.ENDS: _("“%(step)s” ends."),
}
STAYED: dict[str, Promise | str] = {
    "ended": _("It ended before its turn came."),
    "moved-elsewhere": _("It was moved to another version before its turn came."),
    "needs-a-choice": _("It went on meanwhile and stands where nothing was chosen."),
    "refused": _("The new version does not take it as it stands."),
    "": _("It was chosen to stay."),
}
"""Why a process stayed, by the message of its result."""
