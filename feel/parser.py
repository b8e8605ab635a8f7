"""Text to syntax tree: a Pratt parser whose scope grows while it reads."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from feel.construct_parser import ConstructParser
from feel.errors import BudgetExceeded, FeelSyntaxError
from feel.limits import MAX_NESTING
from feel.syntax import (
    And,
    Arithmetic,
    Between,
    Comparison,
    ComparisonTest,
    ContextLiteral,
    Filter,
    In,
    Input,
    InstanceOf,
    Invoke,
    ListLiteral,
    Literal,
    Name,
    NamedArgument,
    Negate,
    Node,
    Or,
    Path,
    RangeLiteral,
    TypeNode,
    UnaryTests,
    Unreadable,
)
from feel.temporal import read_temporal

OR, AND, COMPARE, ADD, MULTIPLY, POWER, NEGATE, INSTANCE, POSTFIX = 1, 2, 3, 4, 5, 6, 7, 8, 9
POWERS: Final = {
    "or": OR,
    "and": AND,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "in", "between"), COMPARE),
    "+": ADD,
    "-": ADD,
    "*": MULTIPLY,
    "/": MULTIPLY,
    "**": POWER,
    "instance of": INSTANCE,
    ".": POSTFIX,
    "[": POSTFIX,
    "(": POSTFIX,
}
COMPARATORS: Final = frozenset(["=", "!=", "<", "<=", ">", ">="])
CANNOT_START: Final = (
    COMPARATORS
    | frozenset(["end", ")", "]", ",", "}", "and", "or", "then", "else", "return", "satisfies", "in", "between"])
    | frozenset(["*", "/", "+", ".", ":", "**", "..", "instance of"])
)


class Parser(ConstructParser):
    """Reads one text."""

    # ── entry points ────────────────────────────────────────────────────────────────────────────
    def whole_expression(self) -> Node:
        """The one expression the text consists of."""
        self.tokens.advance()
        node = self.expression()
        self.at_end()
        return node

    def whole_unary_tests(self) -> UnaryTests:
        """The tests of a decision table cell."""
        tokens = self.tokens
        tokens.advance()
        start = tokens.start
        if tokens.kind == "-" and tokens.peek() == "end":
            return UnaryTests((), start=start, end=tokens.end)
        negated = self.negated_tests()
        tests = negated or self.test_list("end")
        self.at_end()
        return UnaryTests(tests, negated is not None, start=start, end=tokens.previous_end)

    def negated_tests(self) -> tuple[Node, ...] | None:
        """The tests inside `not( … )` when the cell is nothing else."""
        tokens = self.tokens
        if tokens.kind != "name" or tokens.value != "not" or tokens.peek() != "(":
            return None
        state, depth, scopes = tokens.state, self.depth, len(tokens.declared)
        tokens.advance()
        tokens.advance()
        try:
            tests = self.test_list(")")
            if tokens.kind == ")" and tokens.peek() == "end":
                tokens.advance()
                return tests
        except FeelSyntaxError:
            pass
        tokens.back_to(state)
        tokens.forget(len(tokens.declared) - scopes)
        self.depth, self.range_end = depth, 0
        return None

    def test_list(self, closing: str) -> tuple[Node, ...]:
        """Tests between commas."""
        tests = [self.test(0)]
        while self.tokens.kind == ",":
            self.tokens.advance()
            tests.append(self.test(0))
        if self.tokens.kind != closing:
            raise self.expected(closing, "operator")
        return tuple(tests)

    def test(self, power: int) -> Node:
        """A comparison without a left side, or an expression."""
        tokens = self.tokens
        if tokens.kind not in COMPARATORS:
            return self.expression(power)
        start, operator = tokens.start, tokens.kind
        tokens.advance()
        operand = self.expression(max(power, ADD))
        return ComparisonTest(operator, operand, start=start, end=tokens.previous_end)

    def at_end(self) -> None:
        """Refuse anything that is left over."""
        if self.tokens.kind != "end":
            raise self.expected("operator", "end")

    # ── Pratt ───────────────────────────────────────────────────────────────────────────────────
    def expression(self, power: int = 0) -> Node:
        """An expression whose operators all bind at least as tightly as `power`."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise BudgetExceeded("nesting", MAX_NESTING)
        tokens = self.tokens
        prefix = PREFIX.get(tokens.kind)
        if prefix is None:
            raise self.expected("expression")
        left = prefix(self)
        chain = 0
        while True:
            kind = tokens.kind
            binding = POWERS.get(kind, 0)
            if binding == 0 or binding < power:
                break
            if binding >= INSTANCE or binding == COMPARE:
                chain += 1
                if chain > MAX_NESTING:
                    raise BudgetExceeded("nesting", MAX_NESTING)
            if kind == "[" and self.range_end and self.closes_range():
                break
            left = INFIX[kind](self, left)
        self.depth -= 1
        return left

    def closes_range(self) -> bool:
        """Whether `[` ends a range (`[1..3[`) rather than opening a filter: no expression begins after it."""
        return self.tokens.peek() in CANNOT_START

    def right(self, binding: int) -> Node:
        """The right side of a left-associative operator, after stepping over it."""
        self.tokens.advance()
        return self.expression(binding + 1)

    # ── prefixes ────────────────────────────────────────────────────────────────────────────────
    def number(self) -> Node:
        tokens = self.tokens
        node = Literal(tokens.value, start=tokens.start, end=tokens.end)
        tokens.advance()
        return node

    string = number

    def name(self) -> Node:
        tokens = self.tokens
        node = Name(str(tokens.value), start=tokens.start, end=tokens.end)
        tokens.advance()
        return node

    def constant(self) -> Node:
        tokens = self.tokens
        value = {"true": True, "false": False, "null": None}[tokens.kind]
        node = Literal(value, start=tokens.start, end=tokens.end)
        tokens.advance()
        return node

    def input(self) -> Node:
        tokens = self.tokens
        node = Input(start=tokens.start, end=tokens.end)
        tokens.advance()
        return node

    def at_literal(self) -> Node:
        tokens = self.tokens
        start = tokens.start
        tokens.advance()
        if tokens.kind != "string":
            raise self.expected("string")
        text = str(tokens.value)
        value = read_temporal(text)
        where = {"start": start, "end": tokens.end}
        node = Unreadable(text, **where) if value is None else Literal(value, **where)
        tokens.advance()
        return node

    def negation(self) -> Node:
        tokens = self.tokens
        start = tokens.start
        tokens.advance()
        if tokens.kind == "number":
            assert isinstance(tokens.value, Decimal)
            node = Literal(tokens.value.copy_negate() if tokens.value else tokens.value, start=start, end=tokens.end)
            tokens.advance()
            return node
        operand = self.expression(NEGATE)
        return Negate(operand, start=start, end=tokens.previous_end)

    def parenthesis(self) -> Node:
        tokens = self.tokens
        start = tokens.start
        tokens.advance()
        saved, self.range_end = self.range_end, 0
        first = self.test(0)
        self.range_end = saved
        if tokens.kind == "..":
            return self.range_tail(start, first, False)
        self.take(")", "operator")
        return first

    def bracket(self) -> Node:
        tokens = self.tokens
        start = tokens.start
        tokens.advance()
        items: list[Node] = []
        if tokens.kind == "]":
            tokens.advance()
            return ListLiteral((), start=start, end=tokens.previous_end)
        saved, self.range_end = self.range_end, 0
        items.append(self.test(0))
        if tokens.kind == "..":
            self.range_end = saved
            return self.range_tail(start, items[0], True)
        while tokens.kind == ",":
            tokens.advance()
            items.append(self.test(0))
        self.range_end = saved
        self.take("]", "comma", "operator")
        return ListLiteral(tuple(items), start=start, end=tokens.previous_end)

    def open_bracket_range(self) -> Node:
        """`]1..3]`, a range that leaves its low end out."""
        tokens = self.tokens
        start = tokens.start
        tokens.advance()
        low = self.expression(ADD)
        if tokens.kind != "..":
            raise self.expected("..")
        return self.range_tail(start, low, False)

    def range_tail(self, start: int, low: Node, low_included: bool) -> Node:
        tokens = self.tokens
        tokens.advance()
        self.range_end += 1
        high = self.expression(ADD)
        self.range_end -= 1
        if tokens.kind not in ("]", ")", "["):
            raise self.expected("]", ")")
        included = tokens.kind == "]"
        tokens.advance()
        return RangeLiteral(low, high, low_included, included, start=start, end=tokens.previous_end)

    # ── infixes ─────────────────────────────────────────────────────────────────────────────────
    def arithmetic(self, left: Node) -> Node:
        operator = self.tokens.kind
        right = self.right(POWERS[operator])
        return Arithmetic(operator, left, right, start=left.start, end=self.tokens.previous_end)

    def comparison(self, left: Node) -> Node:
        operator = self.tokens.kind
        right = self.right(COMPARE)
        return Comparison(operator, left, right, start=left.start, end=self.tokens.previous_end)

    def conjunction(self, left: Node) -> Node:
        right = self.right(AND)
        return And(left, right, start=left.start, end=self.tokens.previous_end)

    def disjunction(self, left: Node) -> Node:
        right = self.right(OR)
        return Or(left, right, start=left.start, end=self.tokens.previous_end)

    def between(self, left: Node) -> Node:
        low = self.right(COMPARE)
        if self.tokens.kind != "and":
            raise self.expected("and", "operator")
        high = self.right(COMPARE)
        return Between(left, low, high, start=left.start, end=self.tokens.previous_end)

    def membership(self, left: Node) -> Node:
        tokens = self.tokens
        tokens.advance()
        tests = self.parenthesised_tests() if tokens.kind == "(" else (self.test(COMPARE + 1),)
        return In(left, tests, start=left.start, end=tokens.previous_end)

    def parenthesised_tests(self) -> tuple[Node, ...]:
        """The tests of `in (a, b)`, or the one range that opens with this bracket."""
        tokens = self.tokens
        start = tokens.start
        tokens.advance()
        saved, self.range_end = self.range_end, 0
        tests = [self.test(0)]
        while tokens.kind == ",":
            tokens.advance()
            tests.append(self.test(0))
        self.range_end = saved
        if tokens.kind == ".." and len(tests) == 1:
            return (self.range_tail(start, tests[0], False),)
        self.take(")", "comma", "operator")
        return tuple(tests)

    def instance(self, left: Node) -> Node:
        kind = self.type()
        return InstanceOf(left, kind, start=left.start, end=self.tokens.previous_end)

    def path(self, left: Node) -> Node:
        tokens = self.tokens
        known = tokens.declare(member_names(left))
        member = tokens.member()
        tokens.forget(known)
        if member is None:
            tokens.advance()
            raise self.expected("member")
        end = tokens.end
        tokens.advance()
        return Path(left, member, start=left.start, end=end)

    def filter(self, left: Node) -> Node:
        tokens = self.tokens
        scopes = tokens.declare(member_names(left))
        tokens.advance()
        condition = self.bracketed()
        tokens.forget(scopes)
        self.take("]", "operator")
        return Filter(left, condition, start=left.start, end=tokens.previous_end)

    def call(self, left: Node) -> Node:
        tokens = self.tokens
        if tokens.peek() == ")":
            tokens.advance()
            tokens.advance()
            return Invoke(left, start=left.start, end=tokens.previous_end)
        positional, named = self.arguments()
        self.take(")", "comma", "operator")
        return Invoke(left, positional, named, start=left.start, end=tokens.previous_end)

    def arguments(self) -> tuple[tuple[Node, ...], tuple[NamedArgument, ...]]:
        """Arguments standing at `(`, all named or all positional."""
        tokens = self.tokens
        positional: list[Node] = []
        named: list[NamedArgument] = []
        while True:
            name = None if positional else tokens.name_before(":")
            start = tokens.start
            if name is None and named:
                tokens.advance()
                raise self.expected("argument-name")
            tokens.advance()
            value = self.bracketed()
            if name is None:
                positional.append(value)
            else:
                named.append(NamedArgument(name, value, start=start, end=tokens.previous_end))
            if tokens.kind != ",":
                return tuple(positional), tuple(named)


def member_names(node: Node) -> list[str]:
    """The member names a filter's source shows in its own text (`[{a-b: 1}][a-b = 1]`)."""
    if isinstance(node, ListLiteral) and node.items:
        return [name for item in node.items[:16] for name in member_names(item)]
    if isinstance(node, ContextLiteral):
        return [entry.key for entry in node.entries]
    if isinstance(node, Filter):
        return member_names(node.source)
    return []


PREFIX: Final[dict[str, Callable[[Parser], Node]]] = {
    "number": Parser.number,
    "string": Parser.string,
    "name": Parser.name,
    "true": Parser.constant,
    "false": Parser.constant,
    "null": Parser.constant,
    "?": Parser.input,
    "@": Parser.at_literal,
    "-": Parser.negation,
    "(": Parser.parenthesis,
    "[": Parser.bracket,
    "]": Parser.open_bracket_range,
    "{": Parser.context,
    "if": Parser.conditional,
    "for": Parser.loop,
    "some": Parser.quantified,
    "every": Parser.quantified,
    "function": Parser.function,
}
INFIX: Final[dict[str, Callable[[Parser, Node], Node]]] = {
    **dict.fromkeys(("+", "-", "*", "/", "**"), Parser.arithmetic),
    **dict.fromkeys(COMPARATORS, Parser.comparison),
    "and": Parser.conjunction,
    "or": Parser.disjunction,
    "between": Parser.between,
    "in": Parser.membership,
    "instance of": Parser.instance,
    ".": Parser.path,
    "[": Parser.filter,
    "(": Parser.call,
}


def parse_expression(text: str, names: frozenset[str], members: frozenset[str]) -> Node:
    """The syntax tree of an expression; raises FeelSyntaxError or BudgetExceeded."""
    try:
        return Parser(text, names, members).whole_expression()
    except RecursionError:
        raise BudgetExceeded("nesting", MAX_NESTING) from None


def parse_tests(text: str, names: frozenset[str], members: frozenset[str]) -> UnaryTests:
    """The syntax tree of a decision table cell; raises like `parse_expression`."""
    try:
        return Parser(text, names, members).whole_unary_tests()
    except RecursionError:
        raise BudgetExceeded("nesting", MAX_NESTING) from None


def parse_type(text: str) -> TypeNode:
    """The syntax tree of a type; raises FeelSyntaxError."""
    parser = Parser(text, frozenset(), frozenset())
    node = parser.type()
    parser.at_end()
    return node
