"""The part of the parser that reads types: `list<number>`, `context<name: string>`, `function<date> -> number`."""

from __future__ import annotations

from typing import Final

from feel.errors import BudgetExceeded
from feel.limits import MAX_NESTING
from feel.reading import Reader
from feel.syntax import ContextTypeNode, FunctionTypeNode, ListTypeNode, NamedType, RangeTypeNode, TypeNode

LONG_TYPES: Final = ("days and time duration", "years and months duration", "date and time")
STOP_WORDS: Final = frozenset(
    ["and", "or", "then", "else", "return", "satisfies", "in", "between", "instance", "external", "-"]
)


class TypeParser(Reader):
    """Reads types."""

    def type(self) -> TypeNode:
        """A type, standing at the token before it; ends at the token after it."""
        tokens = self.tokens
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise BudgetExceeded("nesting", MAX_NESTING)
        name = self.type_name()
        start = tokens.start
        tokens.advance()
        node: TypeNode = NamedType(name, start=start, end=tokens.previous_end)
        if tokens.kind == "<" and name in ("list", "range", "context", "function"):
            node = self.structured_type(name, start)
        self.depth -= 1
        return node

    def type_name(self) -> str:
        tokens = self.tokens
        end = tokens.end
        name = tokens.name_before("type")
        if name is None:
            tokens.advance()
            raise self.expected("type")
        words = name.split(" ")
        joined = name if name in LONG_TYPES else ""
        if not joined:
            for long in LONG_TYPES:
                if name.startswith(long + " "):
                    joined = long
        if not joined:
            count = next((i for i, word in enumerate(words) if word in STOP_WORDS and i), len(words))
            joined = " ".join(words[:count])
        tokens.end = (
            self.end_of(joined, tokens.start)
            if joined != name
            else tokens.start + len(tokens.text[tokens.start : tokens.end].rstrip())
        )
        tokens.previous_end = end
        return joined.strip(".")

    def end_of(self, name: str, start: int) -> int:
        """Where a name with normalised spaces ends in the text."""
        position = start
        for word in name.split(" "):
            position = self.tokens.text.index(word, position) + len(word)
        return position

    def structured_type(self, name: str, start: int) -> TypeNode:
        tokens = self.tokens
        if name in ("list", "range"):
            item = self.type()
            self.take(">")
            node = ListTypeNode if name == "list" else RangeTypeNode
            return node(item, start=start, end=tokens.previous_end)
        if name == "context":
            members = self.member_types()
            self.take(">", "comma")
            return ContextTypeNode(members, start=start, end=tokens.previous_end)
        parameters: list[TypeNode] = []
        if tokens.peek() == ">":
            tokens.advance()
        else:
            parameters.append(self.type())
            while tokens.kind == ",":
                parameters.append(self.type())
        self.take(">", "comma")
        if tokens.kind != "->":
            raise self.expected("->")
        result = self.type()
        return FunctionTypeNode(tuple(parameters), result, start=start, end=tokens.previous_end)

    def member_types(self) -> tuple[tuple[str, TypeNode], ...]:
        tokens = self.tokens
        members: list[tuple[str, TypeNode]] = []
        if tokens.peek() == ">":
            tokens.advance()
            return ()
        while True:
            name = tokens.name_before(":")
            if name is None:
                tokens.advance()
                raise self.expected("name")
            members.append((name, self.type()))
            if tokens.kind != ",":
                return tuple(members)
