"""What the check says about forms: sentence and suggested fix by code."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

FORM_SENTENCES: Mapping[str, tuple[str, str]] = {
    "not-json": (_("The file is no JSON: {reason}."), _("Look for a missing comma, quote or bracket there.")),
    "form-not-object": (_("The file is no form."), _("Save it again with the form editor.")),
    "form-newer": (
        _("The form has schema version {version}; {known} is known."),
        _("Save it with form-js 1.23, or check how it looks."),
    ),
    "form-without-id": (_("The form has no id; it goes by its file name."), _("Give it an id.")),
    "form-id-twice": (_("The form id {element} is also used by {other}."), _("Give one of them another id.")),
    "form-no-components": (_("The form has no components."), _("Save it again with the form editor.")),
    "form-too-large": (_("The form has more than {limit} components."), _("Split it into forms of several tasks.")),
    "form-too-deep": (_("The form is nested deeper than {limit} levels."), _("Take components out of their groups.")),
    "form-component": (
        _("The form has a component that is none."),
        _("Remove it, or save the form again with the form editor."),
    ),
    "form-component-refused": (
        _("{it} is a {type} component, which could show foreign content or pass files by."),
        _("Remove it."),
    ),
    "form-component-unknown": (_("{it} is a component of the unknown type “{type}”."), _("Use another component.")),
    "form-key-missing": (_("The field {it} has no key."), _("Give it one.")),
    "form-key-twice": (_("The key {key} is used by two fields."), _("Give one of them another key.")),
    "form-key-inside": (_("The key {key} lies inside another field's value."), _("Give one of them another key.")),
    "form-options-missing": (
        _("The field {it} has no options."),
        _("Give it options, a key or an expression for them."),
    ),
    "form-options-several": (
        _("The field {it} has several sources of options; {used} is used."),
        _("Keep one source."),
    ),
    "form-options-wrong": (
        _("The options of the field {it} are no list of labels and values."),
        _("Write a list of entries with “label” and “value”."),
    ),
    "form-option-twice": (_("The field {it} offers “{value}” twice."), _("Give one of the options another value.")),
    "form-expression-missing": (
        _("The computed field {it} has no expression."),
        _("Write an expression that begins with =."),
    ),
    "form-remote-image": (
        _("The image {it} would be loaded from elsewhere: “{source}”."),
        _("Embed it."),
    ),
    "form-rule": (
        _("The rule {rule} of the field {it} is no number."),
        _("Write a number, or an expression that begins with =."),
    ),
    "form-pattern": (
        _("The pattern “{pattern}” of the field {it} cannot be read: {reason}."),
        _("Correct the regular expression."),
    ),
    "form-must-be-feel": (
        _("{property} of {it} must be an expression, not “{text}”."),
        _("Begin with =."),
    ),
    "form-disabled-feel": (
        _("The browser disables {it} whatever the expression says."),
        _("Use “read only” with the expression."),
    ),
    "form-function": (
        _("{property} of {it} calls “{function}”, which forms cannot."),
        _("Compute it in the process and show the variable."),
    ),
}
