"""The part of the parser that reads constructs of words and braces: contexts, if, for, some, every, functions."""

from __future__ import annotations

from feel.syntax import (
    ContextEntry,
    ContextLiteral,
    Every,
    For,
    FunctionDefinition,
    If,
    Iteration,
    Node,
    ParameterNode,
    Some,
)
from feel.type_parser import TypeParser


class ConstructParser(TypeParser):
    """Reads what begins with `{` or a keyword; each such construct opens a scope of its own."""

    def context(self) -> Node:
        tokens = self.tokens
        start = tokens.start
        entries: list[ContextEntry] = []
        scopes = 0
        if tokens.peek() == "}":
            tokens.advance()
        else:
            while True:
                entry = self.context_entry()
                entries.append(entry)
                scopes += tokens.declare([entry.key])
                if tokens.kind != ",":
                    break
        tokens.forget(scopes)
        self.take("}", "comma", "operator")
        return ContextLiteral(tuple(entries), start=start, end=tokens.previous_end)

    def context_entry(self) -> ContextEntry:
        """One `key: value`, standing at the `{` or `,` before it."""
        tokens = self.tokens
        key = tokens.name_before(":")
        start = tokens.start
        if key is None:
            tokens.advance()
            start = tokens.start
            if tokens.kind != "string":
                raise self.expected("key")
            key = str(tokens.value)
            tokens.advance()
            if tokens.kind != ":":
                raise self.expected("colon")
        tokens.advance()
        value = self.bracketed()
        return ContextEntry(key, value, start=start, end=tokens.previous_end)

    def conditional(self) -> Node:
        tokens = self.tokens
        start = tokens.start
        tokens.advance()
        condition = self.expression()
        self.take("then", "operator")
        yes = self.expression()
        self.take("else", "operator")
        no = self.expression()
        return If(condition, yes, no, start=start, end=tokens.previous_end)

    def loop(self) -> Node:
        tokens = self.tokens
        start = tokens.start
        iterations, scopes = self.iterations("return")
        body = self.expression()
        tokens.forget(scopes)
        return For(iterations, body, start=start, end=tokens.previous_end)

    def quantified(self) -> Node:
        tokens = self.tokens
        start, kind = tokens.start, tokens.kind
        iterations, scopes = self.iterations("satisfies")
        condition = self.expression()
        tokens.forget(scopes)
        node = Some if kind == "some" else Every
        return node(iterations, condition, start=start, end=tokens.previous_end)

    def iterations(self, closing: str) -> tuple[tuple[Iteration, ...], int]:
        """`a in x, b in y` up to the closing keyword, which is stepped over."""
        tokens = self.tokens
        found: list[Iteration] = []
        scopes = 0
        while True:
            name = tokens.name_before("in")
            start = tokens.start
            if name is None:
                tokens.advance()
                raise self.expected("name")
            tokens.advance()
            domain = self.expression()
            to = None
            if tokens.kind == "..":
                tokens.advance()
                to = self.expression()
            found.append(Iteration(name, domain, to, start=start, end=tokens.previous_end))
            scopes += tokens.declare([name])
            if tokens.kind != ",":
                break
        if tokens.kind != closing:
            raise self.expected(closing, "operator")
        tokens.advance()
        return tuple(found), scopes

    def function(self) -> Node:
        tokens = self.tokens
        start = tokens.start
        tokens.advance()
        if tokens.kind != "(":
            raise self.expected("(")
        parameters = self.parameters()
        scopes = tokens.declare([parameter.name for parameter in parameters])
        self.take(")", "comma")
        external = tokens.kind == "name" and tokens.value == "external"
        if external:
            tokens.advance()
        body = self.expression()
        tokens.forget(scopes)
        return FunctionDefinition(parameters, body, external, start=start, end=tokens.previous_end)

    def parameters(self) -> tuple[ParameterNode, ...]:
        """The formal parameters, standing at `(`; ends at the token after the last."""
        tokens = self.tokens
        found: list[ParameterNode] = []
        if tokens.peek() == ")":
            tokens.advance()
            return ()
        while True:
            name = tokens.name_before(",")
            if name is None:
                tokens.advance()
                raise self.expected("name")
            start = tokens.start
            tokens.advance()
            kind = None
            if tokens.kind == ":":
                kind = self.type()
            found.append(ParameterNode(name, kind, start=start, end=tokens.previous_end))
            if tokens.kind != ",":
                return tuple(found)
