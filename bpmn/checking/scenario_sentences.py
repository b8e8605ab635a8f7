"""What the check says about scenarios: files that cannot be read, and stories that do not hold."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

_TELL_OR_MEND = _("Correct the diagram, or tell the scenario as it shall be now.")
_FORMAT = _("Write it as docs/bpmn.md says.")

SCENARIO_SENTENCES: Mapping[str, tuple[str, str]] = {
    # --- the file -------------------------------------------------------------------------------------------------
    "scenario-type": (_("{where}: expected {expected}, found {found}."), _FORMAT),
    "scenario-unknown-key": (_("{where}: there is no “{key}” here; known are {known}."), _("Correct or remove it.")),
    "scenario-missing-key": (_("{where}: “{key}” is missing."), _("Add it.")),
    "scenario-moment": (
        _("{where}: “{found}” is no date and time with an offset."),
        _("Write 2026-01-05T09:00:00+08:00."),
    ),
    "scenario-calendar": (_("{where}: “{found}” is neither default, 24x7 nor a calendar."), _FORMAT),
    "scenario-zone": (_("{where}: there is no time zone “{found}”."), _("Write Asia/Shanghai.")),
    "scenario-hours": (_("{where}: “{found}” is no span such as 09:00-12:00."), _("Write 09:00-12:00.")),
    "scenario-date": (_("{where}: “{found}” is no date."), _("Write 2026-01-05.")),
    "scenario-step": (_("{where}: a step is one of {known}; found {found}."), _("Say one thing in each step.")),
    "scenario-target": (_("{where}: “{found}” names no step."), _("Write the element id, or id#2 for the second one.")),
    "scenario-duration": (_("{where}: “{found}” is no duration."), _("Write P1DT2H or PT15M.")),
    "not-yaml": (_("The file is no YAML: {reason}."), _("Look for a missing space, quote or bracket there.")),
    "yaml-key": (_("A key is no text."), _("Put it in quotes.")),
    "yaml-duplicate-key": (_("The key “{key}” stands twice."), _("Remove one.")),
    "yaml-type": (_("The file has a value of the kind {type}, which is not read."), _("Write it as a text.")),
    "yaml-number": (_("The file has a number that is not finite."), _("Write an ordinary number.")),
    "too-many-values": (_("The file has more than {limit} values."), _("Split it.")),
    # --- the story ------------------------------------------------------------------------------------------------
    "scenario-broken": (
        _("The scenario “{scenario}” does not hold at step {step}: expected {expected}, but it was {actual}."),
        _TELL_OR_MEND,
    ),
    "scenario-broken-start": (
        _("The scenario “{scenario}” does not even start: expected {expected}, but it was {actual}."),
        _TELL_OR_MEND,
    ),
    "scenario-function-missing": (
        _("The scenario “{scenario}” has no answer for “{function}”, which {caller} calls."),
        _("Add it to the scenario under functions."),
    ),
    "scenario-unusable": (_("The scenario “{scenario}” cannot be played: {reason}."), _("Correct the scenario.")),
    "scenario-of-nothing": (
        _("The scenario tells of {model}, which is not among the files, so it was not played."),
        _("Add the diagram, or remove the scenario."),
    ),
    "scenarios-too-slow": (
        _("The scenarios take more than {limit} seconds; “{scenario}” and those after it were not played."),
        _("Shorten them, or remove some."),
    ),
}
