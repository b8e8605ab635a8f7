# ruff: noqa: E501 - XML is easier to read in one line
"""Small DMN files for tests, written as people think of them: tables as rows, boxes as text."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

import dmn

DMN_15 = "https://www.omg.org/spec/DMN/20230324/MODEL/"
DMN_13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def definitions(*parts: str, namespace: str = "urn:test", version: str = DMN_15, attributes: str = "") -> bytes:
    """A whole file around its parts."""
    head = f'<definitions xmlns="{version}" id="defs" name="test" namespace="{namespace}" {attributes}>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{"".join(parts)}\n</definitions>'.encode()


def load(*parts: str, **options: str) -> dmn.Model:
    """A model of one file."""
    return dmn.load([definitions(*parts, **options)])


def input_data(name: str, type_ref: str = "", id: str = "") -> str:
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<inputData id="{id or "in-" + name}" name="{name}"><variable name="{name}"{typed}/></inputData>\n'


def literal(text: str, type_ref: str = "") -> str:
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return f"<literalExpression{typed}><text>{escape(text)}</text></literalExpression>"


def decision(name: str, logic: str, *, needs: Sequence[str] = (), type_ref: str = "", id: str = "") -> str:
    """A decision; `needs` are hrefs, with `in:`, `dec:` or `bkm:` before the id."""
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    kinds = {
        "in": ("informationRequirement", "requiredInput"),
        "dec": ("informationRequirement", "requiredDecision"),
        "bkm": ("knowledgeRequirement", "requiredKnowledge"),
    }
    required = ""
    for need in needs:
        kind, _, target = need.partition(":")
        outer, inner = kinds[kind]
        href = target if "#" in target else "#" + target
        required += f'<{outer}><{inner} href="{href}"/></{outer}>'
    logic = logic if logic.lstrip().startswith("<") or not logic else literal(logic)
    variable = f'<variable name="{name}"{typed}/>'
    return f'<decision id="{id or "d-" + name}" name="{name}">{variable}{required}{logic}</decision>\n'


def bkm(
    name: str, parameters: Sequence[str], logic: str, *, needs: Sequence[str] = (), id: str = "", type_ref: str = ""
) -> str:
    """A knowledge model; a parameter is `name` or `name:type`."""
    formal = ""
    for parameter in parameters:
        title, _, kind = parameter.partition(":")
        formal += f'<formalParameter name="{title}"' + (f' typeRef="{kind}"' if kind else "") + "/>"
    required = "".join(f'<knowledgeRequirement><requiredKnowledge href="#{n}"/></knowledgeRequirement>' for n in needs)
    logic = logic if logic.lstrip().startswith("<") or not logic else literal(logic)
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return (
        f'<businessKnowledgeModel id="{id or "b-" + name}" name="{name}"><variable name="{name}"{typed}/>'
        f"<encapsulatedLogic>{formal}{logic}</encapsulatedLogic>{required}</businessKnowledgeModel>\n"
    )


def service(
    name: str, *, outputs: Sequence[str], inputs: Sequence[str] = (), decisions: Sequence[str] = (), type_ref: str = ""
) -> str:
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    parts = "".join(f'<outputDecision href="#{item}"/>' for item in outputs)
    parts += "".join(f'<inputDecision href="#{item}"/>' for item in decisions)
    parts += "".join(f'<inputData href="#{item}"/>' for item in inputs)
    return f'<decisionService id="s-{name}" name="{name}"><variable name="{name}"{typed}/>{parts}</decisionService>\n'


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[str],
    *,
    hit: str = "UNIQUE",
    aggregation: str = "",
    values: dict[str, str] | None = None,
    defaults: dict[str, str] | None = None,
    id: str = "t",
) -> str:
    """A table; a rule is `cell | cell -> value | value`, an input `expression` or `expression:type`.

    `values` gives input or output values by input expression or output name, `defaults` default outputs by name.
    """
    values, defaults = values or {}, defaults or {}
    text = (
        f'<decisionTable id="{id}" hitPolicy={quoteattr(hit)}'
        + (f' aggregation="{aggregation}"' if aggregation else "")
        + ">\n"
    )
    for number, column in enumerate(inputs):
        expression, _, kind = column.partition(":")
        typed = f' typeRef="{kind}"' if kind else ""
        allowed = (
            f"<inputValues><text>{escape(values[expression])}</text></inputValues>" if expression in values else ""
        )
        text += f'<input id="{id}-i{number + 1}" label="{escape(expression)}"><inputExpression{typed}><text>{escape(expression)}</text></inputExpression>{allowed}</input>\n'
    for number, column in enumerate(outputs):
        name, _, kind = column.partition(":")
        typed = f' typeRef="{kind}"' if kind else ""
        named = f' name="{name}"' if name else ""
        allowed = f"<outputValues><text>{escape(values[name])}</text></outputValues>" if name in values else ""
        default = (
            f"<defaultOutputEntry><text>{escape(defaults[name])}</text></defaultOutputEntry>"
            if name in defaults
            else ""
        )
        text += f'<output id="{id}-o{number + 1}"{named}{typed}>{allowed}{default}</output>\n'
    for number, rule in enumerate(rules, 1):
        tests, _, results = rule.partition("->")
        text += f'<rule id="{id}-r{number}">'
        for place, cell in enumerate(tests.split("|") if inputs else (), 1):
            text += f'<inputEntry id="{id}-r{number}-c{place}"><text>{escape(cell.strip())}</text></inputEntry>'
        for cell in results.split("|"):
            text += f"<outputEntry><text>{escape(cell.strip())}</text></outputEntry>"
        text += "</rule>\n"
    return text + "</decisionTable>"


def table_model(*args: object, needs: Sequence[str] = (), **options: object) -> dmn.Model:
    """A model whose only decision `d` is a table over undeclared inputs."""
    return load(decision("d", table(*args, **options), needs=needs))  # type: ignore[arg-type]


def refused_codes(*parts: str) -> set[str]:
    """The codes with which a file is refused; empty when it is not."""
    try:
        load(*parts)
    except dmn.DmnRefused as refused:
        return {item.code for item in refused.findings}
    return set()
