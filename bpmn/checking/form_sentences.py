"""What the check says about forms: sentence and suggested fix by code."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

FORM_SENTENCES: Mapping[str, tuple[str, str]] = {
    "not-json": (_("The file is no JSON: {reason}."), ""),
    "form-not-object": (_("The file is no form."), ""),
    "form-newer": (_("The form has schema version {version}; {known} is known."), ""),
    "form-without-id": (_("The form has no id; it goes by its file name."), _("Give it an id.")),
    "form-id-twice": (_("The form id {element} is also used by {other}."), _("Give one of them another id.")),
    "form-no-components": (_("The form has no components."), ""),
    "form-too-large": (_("The form has more than {limit} components."), ""),
    "form-too-deep": (_("The form is nested deeper than {limit} levels."), ""),
    "form-component": (_("The form has a component that is none."), ""),
    "form-component-refused": (
        _("{it} is a {type} component, which could show foreign content or pass files by."),
        _("Remove it."),
    ),
    "form-component-unknown": (_("{it} is a component of the unknown type “{type}”."), ""),
    "form-key-missing": (_("The field {it} has no key."), _("Give it one.")),
    "form-key-twice": (_("The key {key} is used by two fields."), _("Give one of them another key.")),
    "form-key-inside": (_("The key {key} lies inside another field's value."), _("Give one of them another key.")),
    "form-options-missing": (_("The field {it} has no options."), ""),
    "form-options-several": (_("The field {it} has several sources of options; {used} is used."), ""),
    "form-options-wrong": (_("The options of the field {it} are no list of labels and values."), ""),
    "form-option-twice": (_("The field {it} offers “{value}” twice."), ""),
    "form-expression-missing": (_("The computed field {it} has no expression."), ""),
    "form-remote-image": (
        _("The image {it} would be loaded from elsewhere: “{source}”."),
        _("Embed it."),
    ),
    "form-rule": (_("The rule {rule} of the field {it} is no number."), ""),
    "form-pattern": (_("The pattern “{pattern}” of the field {it} cannot be read: {reason}."), ""),
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
