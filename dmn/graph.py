"""The requirement graph over all files: who needs whom, under which name, and what makes a graph unusable."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dmn.document import NAMESPACES
from dmn.findings import Finding, Severity
from dmn.model import Decision, Definitions, Import, InputData, Knowledge, Node, Ref, Service


@dataclass(frozen=True, slots=True)
class Visible:
    """A required node as the requiring file names it: directly, or as a member of an import."""

    ref: Ref
    name: str
    alias: str | None
    is_id: bool = False


@dataclass
class Graph:
    """All nodes of all files by address, and the order in which they can be computed."""

    files: tuple[Definitions, ...]
    nodes: dict[Ref, Node] = field(default_factory=dict)
    home: dict[Ref, Definitions] = field(default_factory=dict)
    order: dict[Ref, int] = field(default_factory=dict)
    _names: dict[int, Mapping[str, Node]] = field(default_factory=dict)

    @property
    def main(self) -> Definitions:
        """The file that was given first: its names need no prefix."""
        return self.files[0]

    def requirements(self, ref: Ref) -> tuple[Ref, ...]:
        """What a node needs and what exists: for a service its decisions and inputs."""
        return tuple(need for need in requirements_of(self.nodes[ref]) if need in self.nodes)

    def visible(self, ref: Ref) -> Iterator[Visible]:
        """The requirements of a node with the names under which its expression sees them.

        Camunda's engine knows a required decision by its id too: so do we, where no other name is hidden by it.
        """
        node, home = self.nodes[ref], self.home[ref]
        if isinstance(node, Service):
            return
        aliases = {item.namespace: item.name for item in home.imports}
        for need in dict.fromkeys(self.requirements(ref)):
            alias = None if need.namespace == home.namespace else aliases.get(need.namespace)
            yield Visible(need, self.nodes[need].variable.name, alias or None)
            if alias is None and isinstance(self.nodes[need], Decision) and need.id not in self.by_name(home):
                yield Visible(need, need.id, None, is_id=True)

    def by_name(self, file: Definitions) -> Mapping[str, Node]:
        """The nodes of a file by the names of their variables, and by their own."""
        if (known := self._names.get(id(file))) is None:
            known = {node.name: node for node in file.nodes} | {node.variable.name: node for node in file.nodes}
            self._names[id(file)] = known
        return known

    def ordered(self, targets: Iterable[Ref], given: Container[Ref] = ()) -> tuple[Ref, ...]:
        """The targets and everything they need, directly or not, in the order of computation.

        What is `given` need not be computed. The decisions inside a service are not needed by who calls it: they
        run when it is called.
        """
        seen: set[Ref] = set()
        waiting = list(targets)
        while waiting:
            current = waiting.pop()
            if current not in seen and current not in given:
                seen.add(current)
                waiting.extend(self._followed(current))
        return tuple(sorted(seen, key=self.order.__getitem__))

    @cached_property
    def read_inputs(self) -> Mapping[Ref, tuple[str, ...]]:
        """The names that each node reads from outside, directly or not; for a service its parameters."""
        found: dict[Ref, dict[str, None]] = {}
        for ref in sorted(self.order, key=self.order.__getitem__):
            node = self.nodes[ref]
            if isinstance(node, InputData):
                found[ref] = {node.variable.name: None}
            elif isinstance(node, Service):
                parameters = (*node.input_data, *node.input_decisions)
                found[ref] = {self.nodes[need].variable.name: None for need in parameters if need in self.nodes}
            else:
                found[ref] = {}
                for need in self.requirements(ref):
                    if not isinstance(self.nodes[need], Service):
                        found[ref] |= found.get(need, {})
        return {ref: tuple(names) for ref, names in found.items()}

    def _followed(self, ref: Ref) -> tuple[Ref, ...]:
        return () if isinstance(self.nodes[ref], Service) else self.requirements(ref)


def requirements_of(node: Node) -> tuple[Ref, ...]:
    """The addresses a node names."""
    if isinstance(node, (Decision, Knowledge)):
        return node.requires
    if isinstance(node, Service):
        return (*node.outputs, *node.encapsulated, *node.input_decisions, *node.input_data)
    return ()


def link(files: Sequence[Definitions]) -> tuple[Graph, list[Finding]]:
    """Join files into one graph, with every reason why it is none."""
    graph = Graph(files=tuple(files))
    findings = [*_collect(graph), *_imports(graph), *_requirements(graph), *_order(graph)]
    return graph, findings


def _collect(graph: Graph) -> Iterator[Finding]:
    """Index the nodes; two of one name in a file or of one id in a namespace are refused."""
    for file in graph.files:
        names: dict[str, Node] = {}
        for node in file.nodes:
            if not node.name:
                yield Finding(code="name-missing", element=node.ref.id, line=node.line)
            elif other := names.get(node.name):
                values = {"name": node.name, "other": other.ref.id, "other_line": other.line}
                yield Finding(code="name-twice", element=node.ref.id, line=node.line, values=values)
            names.setdefault(node.name, node)
            if known := graph.nodes.get(node.ref):
                values = {"name": node.name, "other": known.name, "other_line": known.line}
                yield Finding(code="id-twice", element=node.ref.id, line=node.line, values=values)
                continue
            graph.nodes[node.ref] = node
            graph.home[node.ref] = file


def _imports(graph: Graph) -> Iterator[Finding]:
    namespaces = {file.namespace for file in graph.files}
    for file in graph.files:
        seen: dict[str, Import] = {}
        for item in file.imports:
            values = {"name": item.name, "namespace": item.namespace}
            if item.kind and item.kind not in NAMESPACES:
                yield Finding(
                    code="import-kind-unsupported",
                    element=file.id,
                    line=item.line,
                    severity=Severity.WARNING,
                    values={**values, "kind": item.kind},
                )
            elif item.namespace not in namespaces:
                yield Finding(code="import-missing", element=file.id, line=item.line, values=values)
            if item.name and item.name in seen:
                yield Finding(code="import-name-twice", element=file.id, line=item.line, values=values)
            seen[item.name] = item


def _requirements(graph: Graph) -> Iterator[Finding]:
    """Every address must lead to a node of a kind that can be required there."""
    for ref, node in graph.nodes.items():
        for need in requirements_of(node):
            target = graph.nodes.get(need)
            if target is None:
                values = {"name": node.name, "required": need.id, "namespace": need.namespace}
                yield Finding(code="requirement-missing", element=ref.id, line=node.line, values=values)
            elif not _may_require(node, need, target):
                values = {"name": node.name, "required": need.id, "required_name": target.name}
                yield Finding(code="requirement-kind", element=ref.id, line=node.line, values=values)


def _may_require(node: Node, need: Ref, target: Node) -> bool:
    if isinstance(node, Knowledge):
        return isinstance(target, (Knowledge, Service))
    if isinstance(node, Service):
        return isinstance(target, InputData) == (need in node.input_data) and isinstance(target, (InputData, Decision))
    return True


def _order(graph: Graph) -> Iterator[Finding]:
    """A topological order by depth first search without recursion; what closes a circle is reported once."""
    done: dict[Ref, int] = graph.order
    for start in graph.nodes:
        if start in done:
            continue
        path: list[Ref] = [start]
        on_path = {start}
        waiting = [iter(graph.requirements(start))]
        while waiting:
            need = next(waiting[-1], None)
            if need is None:
                waiting.pop()
                finished = path.pop()
                on_path.discard(finished)
                done[finished] = len(done)
            elif need in on_path:
                yield _cycle(graph.nodes, path[path.index(need) :])
            elif need not in done:
                path.append(need)
                on_path.add(need)
                waiting.append(iter(graph.requirements(need)))


def _cycle(nodes: Mapping[Ref, Node], members: Iterable[Ref]) -> Finding:
    circle = [nodes[ref] for ref in members]
    first = circle[0]
    values = {"names": [node.name for node in circle], "ids": [node.ref.id for node in circle]}
    return Finding(code="requirement-cycle", element=first.ref.id, line=first.line, values=values)
