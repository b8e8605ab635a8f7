"""What the check says about decisions: sentence and suggested fix by code."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

DECISION_SENTENCES: Mapping[str, tuple[str, str]] = {
    # --- files ----------------------------------------------------------------------------------------------------
    "dmn-file-too-large": (_("The decision file is too large."), _("Split it.")),
    "dmn-document-type-forbidden": (_("The file has a document type declaration, which is never read."), ""),
    "dmn-xml-malformed": (_("The file is no XML: {reason}."), _("Export it again from the modeler.")),
    "dmn-not-dmn": (_("The file is no DMN: it begins with “{found}”."), ""),
    "dmn-file-count": (_("There are too many decision files: {files}."), ""),
    "dmn-import-missing": (_("{it} imports {namespace}, which is not here."), _("Add the file.")),
    "dmn-import-kind-unsupported": (_("{it} imports {name} of a kind that is not read."), ""),
    "dmn-import-name-twice": (_("{it} imports two things as {name}."), ""),
    "dmn-imported-values-unsupported": (_("{it} imports values, which is not supported."), ""),
    # --- names and requirements -----------------------------------------------------------------------------------
    "dmn-name-missing": (_("{it} has no name."), _("Give it one.")),
    "dmn-name-twice": (_("{it} is a second element with the name “{name}”."), _("Give one another name.")),
    "dmn-id-twice": (_("The id {it} is used twice."), _("Give one another id.")),
    "dmn-requirement-missing": (_("{it} requires {required}, which does not exist."), ""),
    "dmn-requirement-kind": (_("{it} cannot require {required}."), ""),
    "dmn-requirement-cycle": (_("{it} requires itself in the end."), ""),
    "dmn-requirement-undeclared": (_("{it} uses “{uses}” without requiring it."), _("Draw the requirement.")),
    # --- logic ----------------------------------------------------------------------------------------------------
    "dmn-decision-without-logic": (_("The decision {it} has no logic and is always null."), ""),
    "dmn-knowledge-without-logic": (_("The knowledge model {it} has no logic and is always null."), ""),
    "dmn-service-without-output": (_("The decision service {it} has no output decision."), ""),
    "dmn-expression-missing": (_("{it} has no expression."), ""),
    "dmn-expression-language-unknown": (_("{it} is not written in FEEL."), _("Rewrite it in FEEL.")),
    "dmn-function-kind-unknown": (_("{it} is a function of an unknown kind."), ""),
    "dmn-binding-without-parameter": (_("An argument of {it} has no parameter."), ""),
    "dmn-feel-syntax": (_("The expression at {it} cannot be read: {message}"), ""),
    "dmn-feel-invalid": (_("The expression at {it} is not valid."), ""),
    "dmn-feel-name.unknown": (_("{it} reads the variable “{name}”, which the model does not declare."), ""),
    "dmn-feel-function.unknown": (_("{it} calls “{name}”, which does not exist."), ""),
    "dmn-feel": (_("The expression at {it} is doubtful ({reason})."), ""),
    # --- tables ---------------------------------------------------------------------------------------------------
    "dmn-hit-policy-unknown": (_("The table {it} has an unknown hit policy."), ""),
    "dmn-aggregation-unknown": (_("The table {it} has an unknown aggregation."), ""),
    "dmn-aggregation-of-several-outputs": (_("The table {it} aggregates several outputs, which has no meaning."), ""),
    "dmn-table-without-output": (_("The table {it} has no output."), ""),
    "dmn-table-without-rules": (_("The table {it} has no rules."), ""),
    "dmn-output-name-missing": (_("An output of {it} has no name."), _("Give it one.")),
    "dmn-output-name-twice": (_("Two outputs of {it} have the same name."), _("Give one another name.")),
    "dmn-output-values-missing": (_("The table {it} needs the order of its output values."), ""),
    "dmn-rule-length": (_("The rule {it} has not one cell for every column."), ""),
    "dmn-relation-row-length": (_("A row of {it} has not one cell for every column."), ""),
    "dmn-table-gap": (_("The table {table} has no rule for {example}."), _("Add a rule or a last row for the rest.")),
    "dmn-default-missing": (_("Where no rule matches, the table {table} gives null."), ""),
    "dmn-rules-overlap": (_("Rules {numbers} of the table {table} both match {example}."), _("Make them exclusive.")),
    "dmn-rules-disagree": (_("Rules {numbers} of the table {table} give different answers for {example}."), ""),
    "dmn-rule-unreachable": (
        _("Rule {number} of the table {table} never counts: rules {numbers} take all its cases."),
        _("Move it up or delete it."),
    ),
    "dmn-rule-never-matches": (_("Rule {number} of the table {table} can never match."), ""),
    "dmn-table-too-complex": (_("The table {table} is too large to look for gaps and overlaps."), ""),
    "dmn-table-not-decided": (_("Whether the table {table} has gaps or overlaps cannot be decided."), ""),
    # --- types ----------------------------------------------------------------------------------------------------
    "dmn-type-unknown": (_("{it} has the type “{type}”, which does not exist."), ""),
    "dmn-type-name-twice": (_("Two types have the name “{name}”."), ""),
    "dmn-type-cycle": (_("The type “{name}” contains itself."), ""),
}
