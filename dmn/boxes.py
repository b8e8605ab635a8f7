"""Reading the logic of a DMN file: boxed expressions and decision tables from XML to frozen data."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from dmn import model
from dmn.document import FEEL_NAMESPACES, child, children, identity, line_of, tag, text_of
from dmn.findings import Finding

HIT_POLICIES = {str(policy): policy for policy in model.HitPolicy} | {
    # The short letters of DMN 8.2.8, which some tools write into the attribute.
    "U": model.HitPolicy.UNIQUE,
    "F": model.HitPolicy.FIRST,
    "A": model.HitPolicy.ANY,
    "P": model.HitPolicy.PRIORITY,
    "R": model.HitPolicy.RULE_ORDER,
    "O": model.HitPolicy.OUTPUT_ORDER,
    "C": model.HitPolicy.COLLECT,
}
_AGGREGATIONS = {
    "": model.Aggregation.LIST,
    "SUM": model.Aggregation.SUM,
    "MIN": model.Aggregation.MIN,
    "MAX": model.Aggregation.MAX,
    "COUNT": model.Aggregation.COUNT,
}
_FUNCTION_KINDS = {"F": "FEEL", "J": "Java", "P": "PMML"}


class BoxReader:
    """Reads expressions of one file; what it cannot accept becomes a finding and a null literal."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        self._readers: Mapping[str, Callable[[etree._Element], model.Boxed]] = {
            "literalExpression": self.literal,
            "decisionTable": self.table,
            "context": self._context,
            "list": self._list,
            "relation": self._relation,
            "invocation": self._invocation,
            "functionDefinition": self.function,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._iterator,
            "some": self._iterator,
            "every": self._iterator,
        }

    def inside(self, parent: etree._Element) -> model.Boxed | None:
        """The expression directly below an element, or None."""
        for candidate in children(parent):
            if reader := self._readers.get(tag(candidate)):
                return reader(candidate)
        return None

    def needed(self, parent: etree._Element | None, owner: etree._Element, part: str) -> model.Boxed:
        """The expression below an element that must have one; a missing one is a finding and null."""
        found = None if parent is None else self.inside(parent)
        if found is None:
            self._refuse("expression-missing", owner, part=part)
            return model.Literal(id=identity(owner), line=line_of(owner), text="null")
        return found

    def variable(self, element: etree._Element, default: str = "") -> model.Variable:
        """A name with its type."""
        return model.Variable(
            name=name_of(element) or default, type_ref=type_ref_of(element), id=element.get("id") or ""
        )

    def literal(self, element: etree._Element) -> model.Literal:
        """A FEEL text; other languages are refused."""
        language = element.get("expressionLanguage")
        if language and language not in FEEL_NAMESPACES and language.lower() != "feel":
            self._refuse("expression-language-unknown", element, language=language)
        if child(element, "importedValues") is not None:
            self._refuse("imported-values-unsupported", element)
        return model.Literal(
            id=identity(element),
            line=line_of(element),
            type_ref=type_ref_of(element),
            text=text_of(element, "text"),
            language=language,
        )

    def function(self, element: etree._Element) -> model.FunctionBox:
        """A function definition, also the `encapsulatedLogic` of a knowledge model."""
        kind = element.get("kind") or "FEEL"
        kind = _FUNCTION_KINDS.get(kind, kind)
        if kind not in set(model.FunctionKind):
            self._refuse("function-kind-unknown", element, kind=kind)
            kind = "FEEL"
        return model.FunctionBox(
            id=identity(element),
            line=line_of(element),
            type_ref=type_ref_of(element),
            parameters=tuple(self.variable(item) for item in children(element, "formalParameter")),
            body=self.inside(element),
            kind=model.FunctionKind(kind),
        )

    def table(self, element: etree._Element) -> model.TableBox:
        """A decision table; each rule must have a cell for each column."""
        inputs = tuple(self._table_input(item) for item in children(element, "input"))
        outputs = tuple(self._table_output(item) for item in children(element, "output"))
        if not outputs:
            self._refuse("table-without-output", element)
        return model.TableBox(
            id=identity(element),
            line=line_of(element),
            type_ref=type_ref_of(element),
            hit_policy=self._hit_policy(element),
            aggregation=self._aggregation(element, len(outputs)),
            inputs=inputs,
            outputs=outputs,
            rules=tuple(self._rule(item, len(inputs), len(outputs)) for item in children(element, "rule")),
            annotations=tuple(item.get("name") or "" for item in children(element, "annotation")),
        )

    def tests(self, element: etree._Element | None) -> model.UnaryText | None:
        """Allowed values, or None when there are none."""
        if element is None or not (text := text_of(element, "text")).strip():
            return None
        return model.UnaryText(id=identity(element), line=line_of(element), text=text)

    def _context(self, element: etree._Element) -> model.ContextBox:
        entries = []
        for item in children(element, "contextEntry"):
            named = child(item, "variable")
            entries.append(
                model.ContextEntry(
                    variable=None if named is None else self.variable(named),
                    value=self.needed(item, item, "value"),
                )
            )
        return model.ContextBox(
            id=identity(element), line=line_of(element), type_ref=type_ref_of(element), entries=tuple(entries)
        )

    def _list(self, element: etree._Element) -> model.ListBox:
        items = tuple(self._readers[tag(item)](item) for item in children(element) if tag(item) in self._readers)
        return model.ListBox(id=identity(element), line=line_of(element), type_ref=type_ref_of(element), items=items)

    def _relation(self, element: etree._Element) -> model.RelationBox:
        columns = tuple(self.variable(item) for item in children(element, "column"))
        rows = []
        for row in children(element, "row"):
            cells = tuple(self._readers[tag(item)](item) for item in children(row) if tag(item) in self._readers)
            if len(cells) != len(columns):
                self._refuse("relation-row-length", row, cells=len(cells), columns=len(columns))
            rows.append(cells)
        return model.RelationBox(
            id=identity(element),
            line=line_of(element),
            type_ref=type_ref_of(element),
            columns=columns,
            rows=tuple(rows),
        )

    def _invocation(self, element: etree._Element) -> model.InvocationBox:
        bindings = []
        for item in children(element, "binding"):
            named = child(item, "parameter")
            if named is None:
                self._refuse("binding-without-parameter", item)
                continue
            bindings.append(model.Binding(parameter=self.variable(named), value=self.inside(item)))
        return model.InvocationBox(
            id=identity(element),
            line=line_of(element),
            type_ref=type_ref_of(element),
            function=self.needed(element, element, "function"),
            bindings=tuple(bindings),
        )

    def _conditional(self, element: etree._Element) -> model.ConditionalBox:
        return model.ConditionalBox(
            id=identity(element),
            line=line_of(element),
            type_ref=type_ref_of(element),
            condition=self.needed(child(element, "if"), element, "if"),
            then=self.needed(child(element, "then"), element, "then"),
            otherwise=self.needed(child(element, "else"), element, "else"),
        )

    def _filter(self, element: etree._Element) -> model.FilterBox:
        return model.FilterBox(
            id=identity(element),
            line=line_of(element),
            type_ref=type_ref_of(element),
            source=self.needed(child(element, "in"), element, "in"),
            match=self.needed(child(element, "match"), element, "match"),
        )

    def _iterator(self, element: etree._Element) -> model.IteratorBox:
        kind = model.IteratorKind(tag(element))
        body = "return" if kind is model.IteratorKind.FOR else "satisfies"
        return model.IteratorBox(
            id=identity(element),
            line=line_of(element),
            type_ref=type_ref_of(element),
            kind=kind,
            variable=clean(element.get("iteratorVariable")),
            source=self.needed(child(element, "in"), element, "in"),
            body=self.needed(child(element, body), element, body),
        )

    def _table_input(self, element: etree._Element) -> model.TableInput:
        expression = child(element, "inputExpression")
        if expression is None:
            self._refuse("expression-missing", element, part="inputExpression")
            expression = element
        return model.TableInput(
            id=identity(element),
            label=element.get("label") or "",
            expression=self.literal(expression),
            values=self.tests(child(element, "inputValues")),
        )

    def _table_output(self, element: etree._Element) -> model.TableOutput:
        default = child(element, "defaultOutputEntry")
        default_literal = None if default is None else self.literal(default)
        if default_literal is not None and not default_literal.text.strip():
            default_literal = None
        return model.TableOutput(
            id=identity(element),
            name=name_of(element),
            label=element.get("label") or "",
            type_ref=type_ref_of(element),
            values=self.tests(child(element, "outputValues")),
            default=default_literal,
        )

    def _rule(self, element: etree._Element, inputs: int, outputs: int) -> model.Rule:
        tests = tuple(
            model.UnaryText(id=identity(item), line=line_of(item), text=text_of(item, "text"))
            for item in children(element, "inputEntry")
        )
        values = tuple(self.literal(item) for item in children(element, "outputEntry"))
        if len(tests) != inputs or len(values) != outputs:
            self._refuse(
                "rule-length", element, inputs=len(tests), outputs=len(values), columns=inputs, output_columns=outputs
            )
        return model.Rule(
            id=identity(element),
            line=line_of(element),
            inputs=tests,
            outputs=values,
            description=text_of(element, "description").strip(),
            annotations=tuple(text_of(item, "text") for item in children(element, "annotationEntry")),
        )

    def _hit_policy(self, element: etree._Element) -> model.HitPolicy:
        written = element.get("hitPolicy") or "UNIQUE"
        policy = HIT_POLICIES.get(written)
        if policy is None:
            self._refuse("hit-policy-unknown", element, hit_policy=written)
            return model.HitPolicy.UNIQUE
        return policy

    def _aggregation(self, element: etree._Element, outputs: int) -> model.Aggregation:
        written = element.get("aggregation") or ""
        if written not in _AGGREGATIONS:
            self._refuse("aggregation-unknown", element, aggregation=written)
            return model.Aggregation.LIST
        aggregation = _AGGREGATIONS[written]
        if aggregation is not model.Aggregation.LIST and outputs > 1 and self._hit_policy(element) == "COLLECT":
            # DMN 8.2.11: aggregation over several outputs has no meaning.
            self._refuse("aggregation-of-several-outputs", element, aggregation=written, outputs=outputs)
        return aggregation

    def _refuse(self, code: str, element: etree._Element, **values: object) -> None:
        self.findings.append(Finding(code=code, element=identity(element), values=values, line=line_of(element)))


def clean(text: str | None) -> str:
    """A name with its white space normalised, as FEEL compares names."""
    return " ".join((text or "").split())


def name_of(element: etree._Element) -> str:
    """The element's name, normalised."""
    return clean(element.get("name"))


def type_ref_of(element: etree._Element) -> str | None:
    """The type an element names: an attribute since DMN 1.1, a child element in item definitions."""
    written = element.get("typeRef")
    if written is None:
        inner = child(element, "typeRef")
        written = None if inner is None else "".join(str(part) for part in inner.itertext())
    return local_type(element, clean(written)) or None


def local_type(element: etree._Element, written: str) -> str:
    """DMN 1.1 wrote type names as qualified names (`feel:string`); the prefix goes when it is bound."""
    prefix, colon, local = written.partition(":")
    return local if colon and prefix in element.nsmap else written
