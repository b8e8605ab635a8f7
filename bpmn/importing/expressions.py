"""Expressions of other dialects as FEEL, where they mean the same: JUEL (``${...}``) and simple Python conditions.

Nothing is ever evaluated here. What has no clear counterpart (method calls, beans, lambdas) gives None.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import NamedTuple

_RENAMED = {
    "nrOfInstances": "numberOfInstances",
    "nrOfActiveInstances": "numberOfActiveInstances",
    "nrOfCompletedInstances": "numberOfCompletedInstances",
    "nrOfTerminatedInstances": "numberOfTerminatedInstances",
}
"""The counters of a multi-instance, which are called otherwise in Camunda 8."""

_TEMPLATE = re.compile(r"[$#]\{(?P<inner>(?:[^{}'\"]|'[^']*'|\"[^\"]*\")*)\}")
_GET_VARIABLE = re.compile(r"\bexecution\.getVariable\(\s*(['\"])(?P<name>[A-Za-z_]\w*)\1\s*\)")
_MAX_LENGTH = 10_000


def template_to_feel(text: str) -> str | None:
    """A dialect text for a value that may hold ``${...}``: literal text stays, one expression becomes ``=...``.

    Text with expressions in it becomes a concatenation. None where an expression has no clear counterpart.
    """
    text = text.strip()
    if len(text) > _MAX_LENGTH:
        return None
    whole = _TEMPLATE.fullmatch(text)
    if whole:
        feel = juel_to_feel(whole["inner"])
        return None if feel is None else f"={feel}"
    parts: list[str] = []
    at = 0
    for found in _TEMPLATE.finditer(text):
        feel = juel_to_feel(found["inner"])
        if feel is None:
            return None
        if found.start() > at:
            parts.append(_quoted(text[at : found.start()]))
        parts.append(f"string({feel})")
        at = found.end()
    if not parts:
        return None if "${" in text or "#{" in text else text
    if at < len(text):
        parts.append(_quoted(text[at:]))
    return "=" + " + ".join(parts)


def juel_to_feel(expression: str) -> str | None:
    """One JUEL expression without its braces."""
    try:
        return _Juel(_GET_VARIABLE.sub(lambda found: found["name"], expression)).read()
    except (_Unclear, RecursionError):
        return None


def python_to_feel(expression: str) -> str | None:
    """One Python expression of comparisons, arithmetic and names, as spiffworkflow diagrams use them."""
    if len(expression) > _MAX_LENGTH:
        return None
    try:
        return _python(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, ValueError, _Unclear, RecursionError, MemoryError):
        return None


class _Unclear(Exception):
    """There is no FEEL that certainly means the same."""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


# --- JUEL ---------------------------------------------------------------------------------------------------------


class _Token(NamedTuple):
    kind: str
    text: str


_WORDS = {
    "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "and": "&&", "or": "||", "not": "!",
    "div": "/", "mod": "%",
}  # fmt: skip
_TOKENS = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<string>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/%<>!?:().\[\]])|(?P<end>$))"
)
_LEVELS: list[dict[str, str]] = [
    {"||": "or"},
    {"&&": "and"},
    {"==": "=", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="},
    {"+": "+", "-": "-"},
    {"*": "*", "/": "/", "%": "%"},
]


class _Juel:
    """A reader of JUEL's operators that writes FEEL."""

    def __init__(self, text: str) -> None:
        self.tokens = list(self._split(text))
        self.at = 0

    @staticmethod
    def _split(text: str) -> list[_Token]:
        tokens, at = [], 0
        while at < len(text):
            found = _TOKENS.match(text, at)
            if found is None:
                raise _Unclear
            at = found.end()
            kind = found.lastgroup or "end"
            if kind == "name" and found["name"] in _WORDS:
                tokens.append(_Token("sign", _WORDS[found["name"]]))
            elif kind != "end":
                tokens.append(_Token(kind, found[kind]))
        return tokens

    def read(self) -> str:
        feel = self._conditional()
        if self.at < len(self.tokens):
            raise _Unclear
        return feel

    def _next(self, *signs: str) -> str | None:
        """The next token when it is one of these signs, which is then passed."""
        if self.at < len(self.tokens) and self.tokens[self.at].kind == "sign":
            text = self.tokens[self.at].text
            if text in signs:
                self.at += 1
                return text
        return None

    def _expect(self, sign: str) -> None:
        if self._next(sign) is None:
            raise _Unclear

    def _conditional(self) -> str:
        condition = self._binary(0)
        if not self._next("?"):
            return condition
        then = self._conditional()
        self._expect(":")
        return f"if {condition} then {then} else {self._conditional()}"

    def _binary(self, level: int) -> str:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while sign := self._next(*_LEVELS[level]):
            right = self._binary(level + 1)
            left = f"modulo({left}, {right})" if sign == "%" else f"{left} {_LEVELS[level][sign]} {right}"
        return left

    def _unary(self) -> str:
        if self._next("!"):
            return f"not({self._unary()})"
        if self._next("-"):
            return f"-{self._unary()}"
        if self.at < len(self.tokens) and self.tokens[self.at] == _Token("name", "empty"):
            self.at += 1
            value = self._unary()
            return f'({value} = null or {value} = "" or {value} = [])'
        return self._path()

    def _path(self) -> str:
        value = self._primary()
        while True:
            if self._next("."):
                if self.at >= len(self.tokens) or self.tokens[self.at].kind != "name":
                    raise _Unclear
                value = f"{value}.{self._name()}"
            elif self._next("["):
                value = self._indexed(value)
            else:
                return value

    def _indexed(self, value: str) -> str:
        token = self.tokens[self.at] if self.at < len(self.tokens) else _Token("end", "")
        self.at += 1
        self._expect("]")
        if token.kind == "number" and token.text.isdigit():
            return f"{value}[{int(token.text) + 1}]"
        if token.kind == "string" and re.fullmatch(r"[A-Za-z_]\w*", token.text[1:-1]):
            return f"{value}.{token.text[1:-1]}"
        raise _Unclear

    def _primary(self) -> str:
        if self._next("("):
            inner = self._conditional()
            self._expect(")")
            return f"({inner})"
        if self.at >= len(self.tokens):
            raise _Unclear
        token = self.tokens[self.at]
        if token.kind == "name":
            return self._name()
        self.at += 1
        if token.kind == "number":
            return token.text
        if token.kind == "string":
            return _quoted(re.sub(r"\\(.)", r"\1", token.text[1:-1]))
        raise _Unclear

    def _name(self) -> str:
        name = self.tokens[self.at].text
        self.at += 1
        if self.at < len(self.tokens) and self.tokens[self.at] == _Token("sign", "("):
            raise _Unclear
        return _RENAMED.get(name, name)


# --- Python -------------------------------------------------------------------------------------------------------

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "=", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "=", ast.IsNot: "!=",
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
}  # fmt: skip
_FUNCTIONS = {"len": "count", "sum": "sum", "min": "min", "max": "max", "abs": "abs", "str": "string"}


def _python(node: ast.expr) -> str:
    for kind, write in _PYTHON.items():
        if isinstance(node, kind):
            return write(node)
    raise _Unclear


def _bracketed(node: ast.expr) -> str:
    """Python binds otherwise than FEEL in places: whatever is composed stands in brackets."""
    text = _python(node)
    return f"({text})" if isinstance(node, (ast.BoolOp, ast.BinOp, ast.Compare, ast.IfExp)) else text


def _constant(node: ast.Constant) -> str:
    if node.value is None:
        return "null"
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    if isinstance(node.value, str):
        return _quoted(node.value)
    if isinstance(node.value, (int, float)) and str(node.value).replace(".", "").isdigit():
        return str(node.value)
    raise _Unclear


def _compared(node: ast.Compare) -> str:
    if len(node.ops) != 1:
        raise _Unclear
    left, right = _bracketed(node.left), _bracketed(node.comparators[0])
    operator = type(node.ops[0])
    if operator in _COMPARISONS:
        return f"{left} {_COMPARISONS[operator]} {right}"
    if isinstance(node.comparators[0], (ast.List, ast.Tuple)):
        inside = f"list contains({right}, {left})"
        return inside if operator is ast.In else f"not({inside})"
    raise _Unclear


def _unary(node: ast.UnaryOp) -> str:
    if isinstance(node.op, ast.Not):
        return f"not({_python(node.operand)})"
    if isinstance(node.op, ast.USub):
        return f"-{_bracketed(node.operand)}"
    raise _Unclear


def _calculated(node: ast.BinOp) -> str:
    left, right = _bracketed(node.left), _bracketed(node.right)
    if isinstance(node.op, ast.Mod) and not isinstance(node.left, ast.Constant):
        return f"modulo({left}, {right})"
    if type(node.op) not in _ARITHMETIC:
        raise _Unclear
    return f"{left} {_ARITHMETIC[type(node.op)]} {right}"


def _subscript(node: ast.Subscript) -> str:
    value = _bracketed(node.value)
    if isinstance(node.slice, ast.Constant):
        key = node.slice.value
        if isinstance(key, str) and key.isidentifier():
            return f"{value}.{key}"
        if isinstance(key, int) and not isinstance(key, bool) and key >= 0:
            return f"{value}[{key + 1}]"
    raise _Unclear


def _called(node: ast.Call) -> str:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in _FUNCTIONS or node.keywords or len(node.args) != 1:
        raise _Unclear
    return f"{_FUNCTIONS[name]}({_python(node.args[0])})"


def _joined(node: ast.BoolOp) -> str:
    return (" and " if isinstance(node.op, ast.And) else " or ").join(_bracketed(value) for value in node.values)


def _chosen(node: ast.IfExp) -> str:
    return f"if {_python(node.test)} then {_bracketed(node.body)} else {_bracketed(node.orelse)}"


_PYTHON: dict[type[ast.expr], Callable[..., str]] = {
    ast.Constant: _constant,
    ast.Name: lambda node: str(node.id),
    ast.Attribute: lambda node: f"{_bracketed(node.value)}.{node.attr}",
    ast.Compare: _compared,
    ast.BoolOp: _joined,
    ast.UnaryOp: _unary,
    ast.BinOp: _calculated,
    ast.Subscript: _subscript,
    ast.Call: _called,
    ast.IfExp: _chosen,
    ast.List: lambda node: f"[{', '.join(_python(item) for item in node.elts)}]",
    ast.Tuple: lambda node: f"[{', '.join(_python(item) for item in node.elts)}]",
}
