"""Which names an expression takes from outside, and what is bound around each of its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from feel.calls import find_built_in
from feel.syntax import ContextLiteral, Every, Filter, For, FunctionDefinition, Invoke, Name, Node, Some, children, walk


class Bound:
    """The names bound inside an expression around one place: a link of a chain, so that long contexts stay cheap."""

    __slots__ = ("before", "names", "outer")

    def __init__(self, names: Mapping[str, int], before: int, outer: Bound | None) -> None:
        self.names = names
        self.before = before
        self.outer = outer

    def __contains__(self, name: str) -> bool:
        link: Bound | None = self
        while link is not None:
            if link.names.get(name, link.before) < link.before:
                return True
            link = link.outer
        return False

    def also(self, *names: str) -> Bound:
        """These names and more."""
        return Bound(dict.fromkeys(names, 0), 1, self) if names else self


NO_NAMES: Final = Bound({}, 0, None)


def free_names(root: Node, *, in_filters: bool = True) -> tuple[Name, ...]:
    """The names that come from outside, in the order of the text; built-in functions are left out where called.

    The bare name of a built-in (`number`, `date`) is listed: a variable of that name hides the function.
    """
    called = {id(node.function) for node in walk(root) if isinstance(node, Invoke)}
    found = [name for name, filtered in outer_names(root) if in_filters or not filtered]
    return tuple(name for name in found if id(name) not in called or find_built_in(name.name, True) is None)


def outer_names(root: Node) -> Iterator[tuple[Name, bool]]:
    """Every name not bound inside, and whether it stands in a filter (and so may be a member)."""
    waiting: list[tuple[Node, Bound, bool]] = [(root, NO_NAMES, False)]
    while waiting:
        node, bound, filtered = waiting.pop()
        if isinstance(node, Name):
            if node.name not in bound:
                yield node, filtered
            continue
        waiting.extend(reversed(list(parts_of(node, bound, filtered))))


def parts_of(node: Node, bound: Bound, filtered: bool) -> Iterator[tuple[Node, Bound, bool]]:
    """The parts of a node with the names bound around each."""
    places: dict[str, int] = {}
    if isinstance(node, (For, Some, Every)):
        for place, iteration in enumerate(node.iterations):
            around = Bound(places, place, bound)
            yield iteration.domain, around, filtered
            if iteration.to is not None:
                yield iteration.to, around, filtered
            places.setdefault(iteration.name, place)
        inside = Bound(places, len(node.iterations), bound)
        body = node.body if isinstance(node, For) else node.condition
        yield body, inside.also("partial") if isinstance(node, For) else inside, filtered
    elif isinstance(node, FunctionDefinition):
        yield node.body, bound.also(*(parameter.name for parameter in node.parameters)), filtered
    elif isinstance(node, ContextLiteral):
        for place, entry in enumerate(node.entries):
            places.setdefault(entry.key, place)
            own = isinstance(entry.value, FunctionDefinition)
            yield entry.value, Bound(places, place + own, bound), filtered
        if node.result is not None:
            yield node.result, Bound(places, len(node.entries), bound), filtered
    elif isinstance(node, Filter):
        yield node.source, bound, filtered
        yield node.condition, bound.also("item"), True
    else:
        for part in children(node):
            yield part, bound, filtered
