"""Reading one DMN file (1.1 to 1.6) into frozen data; what a modeler adds for itself is passed over."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from dmn import model
from dmn.boxes import BoxReader, clean, local_type, name_of, type_ref_of
from dmn.document import NAMESPACES, child, children, identity, line_of, open_document, tag, text_of
from dmn.findings import Finding


def read(content: bytes, name: str = "model.dmn") -> tuple[model.Definitions, list[Finding]]:
    """One file as data and what is wrong with it. Raises `DmnRefused` where nothing can be read at all."""
    root = open_document(content, name)
    return _DefinitionsReader(root).read()


class _DefinitionsReader:
    """Reads one file; findings are collected so that a person sees all of them at once."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.namespace = (root.get("namespace") or "").strip()
        self.findings: list[Finding] = []
        self.boxes = BoxReader(self.findings)

    def read(self) -> tuple[model.Definitions, list[Finding]]:
        readers: dict[str, Callable[[etree._Element], model.Node]] = {
            "inputData": self._input_data,
            "decision": self._decision,
            "businessKnowledgeModel": self._knowledge,
            "decisionService": self._service,
        }
        nodes = [reader(element) for element in children(self.root) if (reader := readers.get(tag(element)))]
        definitions = model.Definitions(
            id=self.root.get("id") or "definitions",
            name=name_of(self.root),
            namespace=self.namespace,
            version=NAMESPACES[etree.QName(self.root).namespace or ""],
            imports=tuple(self._import(item) for item in children(self.root, "import")),
            items=tuple(self._item(item) for item in children(self.root, "itemDefinition")),
            nodes=tuple(nodes),
        )
        return definitions, self.findings

    def _import(self, element: etree._Element) -> model.Import:
        return model.Import(
            name=name_of(element),
            namespace=(element.get("namespace") or "").strip(),
            kind=(element.get("importType") or "").strip(),
            line=line_of(element),
        )

    def _item(self, element: etree._Element) -> model.ItemDefinition:
        function = child(element, "functionItem")
        return model.ItemDefinition(
            id=identity(element),
            name=name_of(element),
            line=line_of(element),
            type_ref=type_ref_of(element),
            components=tuple(self._item(item) for item in children(element, "itemComponent")),
            is_collection=element.get("isCollection") in ("true", "1"),
            function=None if function is None else self._function_item(function),
            allowed_values=self.boxes.tests(child(element, "allowedValues")),
            type_constraint=self.boxes.tests(child(element, "typeConstraint")),
        )

    def _function_item(self, element: etree._Element) -> model.FunctionItem:
        result = clean(element.get("outputTypeRef"))
        return model.FunctionItem(
            parameters=tuple(self.boxes.variable(item) for item in children(element, "parameters")),
            result=local_type(element, result) or None,
        )

    def _input_data(self, element: etree._Element) -> model.InputData:
        return model.InputData(
            ref=self._ref(element), name=name_of(element), variable=self._result(element), line=line_of(element)
        )

    def _decision(self, element: etree._Element) -> model.Decision:
        return model.Decision(
            ref=self._ref(element),
            name=name_of(element),
            variable=self._result(element),
            line=line_of(element),
            requires=self._requirements(element),
            expression=self.boxes.inside(element),
            question=text_of(element, "question").strip(),
            allowed_answers=text_of(element, "allowedAnswers").strip(),
        )

    def _knowledge(self, element: etree._Element) -> model.Knowledge:
        logic = child(element, "encapsulatedLogic")
        return model.Knowledge(
            ref=self._ref(element),
            name=name_of(element),
            variable=self._result(element),
            line=line_of(element),
            requires=self._requirements(element),
            logic=None if logic is None else self.boxes.function(logic),
        )

    def _service(self, element: etree._Element) -> model.Service:
        service = model.Service(
            ref=self._ref(element),
            name=name_of(element),
            variable=self._result(element),
            line=line_of(element),
            outputs=self._hrefs(element, "outputDecision"),
            encapsulated=self._hrefs(element, "encapsulatedDecision"),
            input_decisions=self._hrefs(element, "inputDecision"),
            input_data=self._hrefs(element, "inputData"),
        )
        if not service.outputs:
            self.findings.append(Finding(code="service-without-output", element=service.ref.id, line=service.line))
        return service

    def _ref(self, element: etree._Element) -> model.Ref:
        return model.Ref(self.namespace, element.get("id") or f"{tag(element)}:{name_of(element)}")

    def _result(self, element: etree._Element) -> model.Variable:
        """The variable that carries a node's value; without one the node's own name does."""
        named = child(element, "variable")
        if named is None:
            return model.Variable(name=name_of(element))
        return self.boxes.variable(named, default=name_of(element))

    def _requirements(self, element: etree._Element) -> tuple[model.Ref, ...]:
        found: list[model.Ref] = []
        for requirement in children(element, "informationRequirement", "knowledgeRequirement"):
            found += self._hrefs(requirement, "requiredInput", "requiredDecision", "requiredKnowledge")
        return tuple(found)

    def _hrefs(self, element: etree._Element, *names: str) -> tuple[model.Ref, ...]:
        """Addresses `#id`, `namespace#id` or, as DMN 1.1 tools write, `id`."""
        found = []
        for item in children(element, *names):
            namespace, mark, identifier = (item.get("href") or "").strip().rpartition("#")
            found.append(model.Ref(namespace if mark and namespace else self.namespace, identifier))
        return tuple(found)
