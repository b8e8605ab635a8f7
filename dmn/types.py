"""Item definitions as FEEL types: lists, structures, functions, allowed values, references to other files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import feel
from dmn.findings import Finding, Severity, unreadable
from dmn.model import Definitions, ItemDefinition, UnaryText
from feel import syntax
from feel.types import ANY, BUILT_IN, NUMBER, ConstrainedType, ContextType, FunctionType, ListType, Type

UNTYPED = frozenset({"Any", "any", "<Undefined>", ""})
FOREIGN = {"integer": NUMBER, "long": NUMBER, "double": NUMBER}
"""Type names of Camunda 7, which its modeler still writes."""


MAX_INLINE = 20
"""How deep named types are built into one another; deeper ones are looked up when a value comes."""


class Reference(Type):
    """A type named before it is built: what makes recursive structures possible."""

    __slots__ = ("name", "types")

    def __init__(self, name: str, types: Types) -> None:
        self.name = name
        self.types = types

    def contains(self, value: Any) -> bool:
        """As the named type."""
        return self._target().contains(value)

    def conforms(self, other: Type) -> bool:
        """By name: a recursive structure is only compared with itself and Any."""
        return other is self or other is ANY or str(other) == self.name

    def coerce(self, value: Any) -> Any:
        """As the named type."""
        return self._target().coerce(value)

    def _target(self) -> Type:
        return self.types.find(self.name) or ANY

    def __str__(self) -> str:
        return self.name


class Types:
    """The type names of one file, with those of its imports under their prefixes."""

    def __init__(self, file: Definitions, findings: list[Finding]) -> None:
        self.file = file
        self.findings = findings
        self.items: dict[str, ItemDefinition] = {item.name: item for item in file.items}
        self.imported: dict[str, Types] = {}
        self._built: dict[str, Type] = {}
        self._building: set[str] = set()
        self._grounded: set[str] = set()

    def find(self, name: str) -> Type | None:
        """The type of that name, or None when there is none."""
        if name in self._building or (len(self._building) > MAX_INLINE and name in self.items):
            return self._built.get(name) or Reference(name, self)
        if (known := self._built.get(name)) is not None:
            return known
        item = self.items.get(name)
        if item is None:
            return self._foreign(name)
        self._building.add(name)
        try:
            self._built[name] = built = self._build(item)
        finally:
            self._building.discard(name)
        return built

    def definition(self, name: str | None) -> ItemDefinition | None:
        """The item definition behind a name, also in an imported file."""
        if name is None:
            return None
        if (found := self.items.get(name)) is not None:
            return found
        for alias, types in self.imported.items():
            prefix = alias + "." if alias else ""
            if name.startswith(prefix) and (inner := types.definition(name.removeprefix(prefix))):
                return inner
        return None

    def is_any(self, name: str) -> bool:
        """Whether a name asks for nothing."""
        return name in UNTYPED and name not in self.items

    def all(self) -> Mapping[str, Type]:
        """Every name a text may use (`instance of tPerson`, `alias.tPerson`)."""
        named = {name: kind for name in self.items if (kind := self.find(name)) is not None}
        for alias, types in self.imported.items():
            prefix = alias + "." if alias else ""
            named = {prefix + name: kind for name in types.items if (kind := types.find(name)) is not None} | named
        return named

    def members(self) -> Iterator[str]:
        """The names of all components, which a text may use after a dot."""
        waiting = list(self.file.items)
        while waiting:
            item = waiting.pop()
            for component in item.components:
                yield component.name
                waiting.append(component)

    def check(self) -> None:
        """Build every type once, so that each unknown name and each circle is found."""
        seen: set[str] = set()
        for item in self.file.items:
            if item.name in seen:
                self._report("type-name-twice", item, name=item.name)
            seen.add(item.name)
            self._check_circle(item)
        for item in self.file.items:
            self.find(item.name)

    def _check_circle(self, start: ItemDefinition) -> None:
        """A chain of plain references that comes back to itself has no values; structures may recur."""
        path: dict[str, None] = {}
        name: str | None = start.name
        while name is not None and name in self.items and name not in self._grounded:
            item = self.items[name]
            if name in path:
                self._report("type-cycle", item, name=name)
                self._built[name] = ANY
                break
            path[name] = None
            name = None if item.components or _is_renamed_built_in(item) else item.type_ref
        self._grounded.update(path)

    def _foreign(self, name: str) -> Type | None:
        if name in self._built:
            return self._built[name]
        if name in UNTYPED:
            return ANY
        for alias, types in self.imported.items():
            prefix = alias + "." if alias else ""
            if name.startswith(prefix) and (found := types.find(name.removeprefix(prefix))):
                return found
        return BUILT_IN.get(name) or FOREIGN.get(name)

    def _build(self, item: ItemDefinition) -> Type:
        kind = self._base(item)
        if item.allowed_values is not None:
            kind = ConstrainedType(item.name, kind, self._allows(item.allowed_values))
        if item.is_collection:
            kind = ListType(kind)
        if item.type_constraint is not None:
            kind = ConstrainedType(item.name, kind, self._allows(item.type_constraint))
        return kind

    def _base(self, item: ItemDefinition) -> Type:
        if item.components:
            members = tuple((component.name, self._build(component)) for component in item.components)
            # By its name it is shown in a line, however much it holds.
            return ConstrainedType(item.name, ContextType(members))
        if item.function is not None:
            parameters = tuple(self._named(p.type_ref, item) for p in item.function.parameters)
            return FunctionType(parameters, self._named(item.function.result, item))
        return self._named(item.type_ref, item)

    def _named(self, name: str | None, item: ItemDefinition) -> Type:
        if name is None:
            return ANY
        found = BUILT_IN[name] if name == item.name and _is_renamed_built_in(item) else self.find(name)
        if found is None:
            self._report("type-unknown", item, type=name)
            self._built[name] = ANY
            return ANY
        return found

    def _allows(self, tests: UnaryText) -> Callable[[Any], bool]:
        """The question whether a value is allowed; an enumeration of texts is a plain look-up."""
        try:
            compiled = feel.compile_unary_tests(tests.text)
        except feel.FeelError as error:
            self.findings.append(unreadable(error, tests.id, tests.line, tests.text))
            return lambda value: True
        node = compiled.node
        if isinstance(node, syntax.UnaryTests) and not node.negated:
            texts = [part.value for part in node.tests if isinstance(part, syntax.Literal)]
            if len(texts) == len(node.tests) and all(type(text) is str for text in texts):
                enumeration = frozenset(texts)
                return lambda value: type(value) is str and value in enumeration
        return lambda value: compiled.run_test(feel.Run(), value) is True

    def _report(self, code: str, item: ItemDefinition, **values: object) -> None:
        self.findings.append(
            Finding(code=code, element=item.id, line=item.line, values=values, severity=Severity.ERROR)
        )


def _is_renamed_built_in(item: ItemDefinition) -> bool:
    """Whether a definition narrows a built-in type under that type's own name."""
    return item.type_ref == item.name and item.name in BUILT_IN


def types_of(files: tuple[Definitions, ...], findings: list[Finding]) -> dict[int, Types]:
    """The types of every file by its place, joined along the imports."""
    tables = {index: Types(file, findings) for index, file in enumerate(files)}
    by_namespace = {file.namespace: tables[index] for index, file in reversed(list(enumerate(files)))}
    for table in tables.values():
        for item in table.file.imports:
            if item.namespace in by_namespace and by_namespace[item.namespace] is not table:
                table.imported[item.name] = by_namespace[item.namespace]
    for table in tables.values():
        table.check()
    return tables
