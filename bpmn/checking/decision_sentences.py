"""What the check says about decisions: sentence and suggested fix by code."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

DECISION_SENTENCES: Mapping[str, tuple[str, str]] = {
    # --- files ----------------------------------------------------------------------------------------------------
    "dmn-file-too-large": (_("The decision file is too large."), _("Split it.")),
    "dmn-document-type-forbidden": (
        _("The file has a document type declaration, which is never read."),
        _("Remove the line that begins with <!DOCTYPE."),
    ),
    "dmn-xml-malformed": (_("The file is no XML: {reason}."), _("Export it again from the modeler.")),
    "dmn-not-dmn": (_("The file is no DMN: it begins with “{found}”."), _("Export it again as DMN.")),
    "dmn-file-count": (_("There are too many decision files: {files}."), _("Put decisions together into fewer files.")),
    "dmn-import-missing": (_("{it} imports {namespace}, which is not here."), _("Add the file.")),
    "dmn-import-kind-unsupported": (_("{it} imports {name} of a kind that is not read."), _("Import a DMN file.")),
    "dmn-import-name-twice": (_("{it} imports two things as {name}."), _("Give one of the imports another name.")),
    "dmn-imported-values-unsupported": (
        _("{it} imports values, which is not supported."),
        _("Write the values into the model."),
    ),
    # --- names and requirements -----------------------------------------------------------------------------------
    "dmn-name-missing": (_("{it} has no name."), _("Give it one.")),
    "dmn-name-twice": (_("{it} is a second element with the name “{name}”."), _("Give one another name.")),
    "dmn-id-twice": (_("The id {it} is used twice."), _("Give one another id.")),
    "dmn-requirement-missing": (
        _("{it} requires {required}, which does not exist."),
        _("Draw the requirement again, or delete it."),
    ),
    "dmn-requirement-kind": (
        _("{it} cannot require {required}."),
        _("Require a decision, an input or a knowledge model of the fitting kind."),
    ),
    "dmn-requirement-cycle": (
        _("{it} requires itself in the end."),
        _("Remove one of the requirements of the circle."),
    ),
    "dmn-requirement-undeclared": (_("{it} uses “{uses}” without requiring it."), _("Draw the requirement.")),
    # --- logic ----------------------------------------------------------------------------------------------------
    "dmn-decision-without-logic": (
        _("The decision {it} has no logic and is always null."),
        _("Give it a table or an expression."),
    ),
    "dmn-knowledge-without-logic": (
        _("The knowledge model {it} has no logic and is always null."),
        _("Give it a table or an expression."),
    ),
    "dmn-service-without-output": (
        _("The decision service {it} has no output decision."),
        _("Name an output decision."),
    ),
    "dmn-expression-missing": (_("{it} has no expression."), _("Write an expression.")),
    "dmn-expression-language-unknown": (_("{it} is not written in FEEL."), _("Rewrite it in FEEL.")),
    "dmn-function-kind-unknown": (_("{it} is a function of an unknown kind."), _("Write it as a FEEL function.")),
    "dmn-binding-without-parameter": (_("An argument of {it} has no parameter."), _("Name the parameter.")),
    "dmn-feel-syntax": (
        _("The expression at {it} cannot be read: {message}"),
        _("Correct the expression at the place that is named."),
    ),
    "dmn-feel-invalid": (_("The expression at {it} is not valid."), _("Correct the expression.")),
    "dmn-feel-name.unknown": (
        _("{it} reads the variable “{name}”, which the model does not declare."),
        _("Correct the name, or declare it as input data."),
    ),
    "dmn-feel-function.unknown": (
        _("{it} calls “{name}”, which does not exist."),
        _("Correct the name, or use one of FEEL's functions."),
    ),
    "dmn-feel": (_("The expression at {it} is doubtful ({reason})."), _("Correct the expression.")),
    # --- tables ---------------------------------------------------------------------------------------------------
    "dmn-hit-policy-unknown": (
        _("The table {it} has an unknown hit policy."),
        _("Use UNIQUE, FIRST, ANY, PRIORITY, COLLECT, RULE ORDER or OUTPUT ORDER."),
    ),
    "dmn-aggregation-unknown": (_("The table {it} has an unknown aggregation."), _("Use SUM, MIN, MAX or COUNT.")),
    "dmn-aggregation-of-several-outputs": (
        _("The table {it} aggregates several outputs, which has no meaning."),
        _("Keep one output, or collect without aggregation."),
    ),
    "dmn-table-without-output": (_("The table {it} has no output."), _("Add an output column.")),
    "dmn-table-without-rules": (_("The table {it} has no rules."), _("Add a rule.")),
    "dmn-output-name-missing": (_("An output of {it} has no name."), _("Give it one.")),
    "dmn-output-name-twice": (_("Two outputs of {it} have the same name."), _("Give one another name.")),
    "dmn-output-values-missing": (
        _("The table {it} needs the order of its output values."),
        _("List the output values, the most important one first."),
    ),
    "dmn-rule-length": (
        _("The rule {it} has not one cell for every column."),
        _("Give the rule a cell for every column; “-” stands for any value."),
    ),
    "dmn-relation-row-length": (
        _("A row of {it} has not one cell for every column."),
        _("Give the row a cell for every column."),
    ),
    "dmn-table-gap": (_("The table {table} has no rule for {example}."), _("Add a rule or a last row for the rest.")),
    "dmn-default-missing": (
        _("Where no rule matches, the table {table} gives null."),
        _("Add a last row for the rest, or a default output."),
    ),
    "dmn-rules-overlap": (_("Rules {numbers} of the table {table} both match {example}."), _("Make them exclusive.")),
    "dmn-rules-disagree": (
        _("Rules {numbers} of the table {table} give different answers for {example}."),
        _("Make them exclusive, or give them the same answers."),
    ),
    "dmn-rule-unreachable": (
        _("Rule {number} of the table {table} never counts: rules {numbers} take all its cases."),
        _("Move it up or delete it."),
    ),
    "dmn-rule-never-matches": (
        _("Rule {number} of the table {table} can never match."),
        _("Correct its conditions or delete it."),
    ),
    "dmn-table-too-complex": (
        _("The table {table} is too large to look for gaps and overlaps."),
        _("Split it into several tables if it shall be checked."),
    ),
    "dmn-table-not-decided": (
        _("Whether the table {table} has gaps or overlaps cannot be decided."),
        _("Write conditions as plain comparisons if they shall be checked."),
    ),
    # --- types ----------------------------------------------------------------------------------------------------
    "dmn-type-unknown": (
        _("{it} has the type “{type}”, which does not exist."),
        _("Use a FEEL type, or define the type."),
    ),
    "dmn-type-name-twice": (_("Two types have the name “{name}”."), _("Give one of them another name.")),
    "dmn-type-cycle": (_("The type “{name}” contains itself."), _("Remove the circle.")),
}
