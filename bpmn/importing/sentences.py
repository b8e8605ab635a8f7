"""The import assistant's list in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from bpmn.checking import sentences
from bpmn.importing.changes import Change

SENTENCES: Mapping[str, str] = {
    # --- done -----------------------------------------------------------------------------------------------------
    "converted": _("{element}: {what} “{before}” became “{after}”."),
    "mapped": _("{element}: {before} is mapped by “{after}” ({what})."),
    "dropped": _("{element}: {name} “{value}” was left out; it only told the other engine how to run."),
    "business-key": _("{element}: {what} “{value}” was left out; a called process belongs to the case that calls it."),
    "properties": _("{element}: its properties were kept under their new name ({what})."),
    "form-made": _("{element}: its {fields} form fields ({what}) became the form {file}."),
    "executable": _("{element} was marked as executable."),
    "flow-named": _("A sequence flow without an id is now called {name}."),
    "default-named": _("{element}: its flow without a condition, {flow}, became the default."),
    "drawn": _("The file had no layout; one was drawn."),
    "comments": _("{count} comments of the file were not kept."),
    # --- kept -----------------------------------------------------------------------------------------------------
    "kept": _("{element}: {name} belongs to another tool and changes nothing here; it was kept."),
    # --- to be decided --------------------------------------------------------------------------------------------
    "keep-attribute": _("{element}: {name} “{value}” has no certain counterpart. Choose what shall happen instead."),
    "keep-extension": _("{element}: {name} has no certain counterpart. Choose what shall happen instead."),
    "keep-code": _("{element}: {name} “{value}” runs code of the other system. Register a handler and name it here."),
    "keep-listener": _("{element}: {name} runs beside the element. Use a service or script task before or after it."),
    "keep-form": _("{element}: the form of {name} “{value}” must be drawn with the form editor."),
    "keep-mapping": _("{element}: {name} “{value}” cannot be turned into FEEL with certainty. Write the mapping anew."),
    "keep-error-variable": _("{element}: {name} “{value}” stores an error's data. Map what the error brings instead."),
    "keep-expression": _("{element}: “{text}” cannot be turned into FEEL with certainty. Write it anew."),
    "keep-script": _("{element}: the script ({language}) must be written in FEEL or become a service task."),
    "conditions-missing": _("{element}: {count} of its flows have no condition. Only one of them can be the default."),
    "correlation-missing": _("The message “{name}” needs a correlation key that tells which case it is for."),
    "decision-result": _("{element}: the result of {decision} is now in {variable}. Let what follows read it there."),
    "decision-list": _(
        "{element}: {decision} gave a list of rows, and {variable} is now its answer. Check what reads it."
    ),
    "outputs-only": _("{element}: only what its output mappings name is passed on here. Add what else is read later."),
    "form-wanted": _("{element}: the form {form} must be drawn with the form editor."),
}


def sentence(change: Change) -> str:
    """One change or open decision as a sentence in the active language."""
    if change.code == "refused":
        finding = change.values["finding"]
        return f"{sentences.sentence(finding)} {sentences.suggestion(finding)}"
    values = {**change.values, "element": change.element or gettext("The file")}
    return gettext(SENTENCES[change.code]).format_map({key: str(value) for key, value in values.items()})
