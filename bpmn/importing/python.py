"""Simple Python expressions, as spiffworkflow diagrams and plain files use them, as FEEL. Nothing is ever evaluated."""

from __future__ import annotations

import ast
from collections.abc import Callable

from bpmn.importing.writing import MAX_LENGTH, Unclear, is_read_as_meant, quoted


def python_to_feel(expression: str) -> str | None:
    """One Python expression of comparisons, arithmetic and names; None for all else."""
    if len(expression) > MAX_LENGTH:
        return None
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
        text = _python(tree)
    except (SyntaxError, ValueError, Unclear, RecursionError, MemoryError):
        return None
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called}
    return text if is_read_as_meant(text, names) else None


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
    raise Unclear


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
        return quoted(node.value)
    if isinstance(node.value, (int, float)) and str(node.value).replace(".", "").isdigit():
        return str(node.value)
    raise Unclear


def _compared(node: ast.Compare) -> str:
    if len(node.ops) != 1:
        raise Unclear
    left, right = _bracketed(node.left), _bracketed(node.comparators[0])
    operator = type(node.ops[0])
    if operator in _COMPARISONS:
        return f"{left} {_COMPARISONS[operator]} {right}"
    if isinstance(node.comparators[0], (ast.List, ast.Tuple)):
        inside = f"list contains({right}, {left})"
        return inside if operator is ast.In else f"not({inside})"
    raise Unclear


def _unary(node: ast.UnaryOp) -> str:
    if isinstance(node.op, ast.Not):
        return f"not({_python(node.operand)})"
    if isinstance(node.op, ast.USub):
        return f"-{_bracketed(node.operand)}"
    raise Unclear


def _calculated(node: ast.BinOp) -> str:
    left, right = _bracketed(node.left), _bracketed(node.right)
    if isinstance(node.op, ast.Mod) and not isinstance(node.left, ast.Constant):
        return f"modulo({left}, {right})"
    if type(node.op) not in _ARITHMETIC:
        raise Unclear
    return f"{left} {_ARITHMETIC[type(node.op)]} {right}"


def _subscript(node: ast.Subscript) -> str:
    value = _bracketed(node.value)
    if isinstance(node.slice, ast.Constant):
        key = node.slice.value
        if isinstance(key, str) and key.isidentifier():
            return f"{value}.{key}"
        if isinstance(key, int) and not isinstance(key, bool) and key >= 0:
            return f"{value}[{key + 1}]"
    raise Unclear


def _called(node: ast.Call) -> str:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in _FUNCTIONS or node.keywords or len(node.args) != 1:
        raise Unclear
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
