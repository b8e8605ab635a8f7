"""JUEL, the expressions of Camunda 7, as FEEL where they mean the same.

Nothing is ever evaluated here. What has no clear counterpart (beans, the engine's own objects, lambdas) gives None.
"""

from __future__ import annotations

from bpmn.importing import juel_calls
from bpmn.importing.juel_tokens import END, Token, content, tokens
from bpmn.importing.writing import Unclear, is_read_as_meant, quoted

_RENAMED = {
    "nrOfInstances": "numberOfInstances",
    "nrOfActiveInstances": "numberOfActiveInstances",
    "nrOfCompletedInstances": "numberOfCompletedInstances",
    "nrOfTerminatedInstances": "numberOfTerminatedInstances",
}
"""The counters of a multi-instance, which are called otherwise in Camunda 8."""
_COUNTER = "loopCounter"
"""It counts from 0 in Camunda 7 and from 1 in Camunda 8."""
_ENGINE = frozenset(
    {"task", "caseExecution", "authenticatedUserId", "connector", "externalTask", "scopeExecution", "currentUser"}
)
"""Objects of the other engine, which are no variables."""
_CONSTANTS = frozenset({"true", "false", "null"})
_MOMENTS = frozenset({"now", "dateTime"})
_LEVELS: list[dict[str, str]] = [
    {"||": "or"},
    {"&&": "and"},
    {"==": "=", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="},
    {"+": "+", "-": "-"},
    {"*": "*", "/": "/", "%": "%"},
]
_COMPARING = 2


def juel_to_feel(expression: str) -> str | None:
    """One JUEL expression without its braces."""
    try:
        reader = _Juel(tokens(expression))
        text = reader.read()
    except (Unclear, RecursionError):
        return None
    return text if is_read_as_meant(text, reader.names) else None


class _Juel:
    """A reader of JUEL's operators that writes FEEL."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.at = 0
        self.names: set[str] = set()
        """The variables that were read."""

    def read(self) -> str:
        feel = self._conditional()
        if self.at < len(self.tokens):
            raise Unclear
        return feel

    # --- tokens ---------------------------------------------------------------------------------------------------

    def _peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else END

    def _take(self, kind: str) -> Token:
        token = self._peek()
        if token.kind != kind:
            raise Unclear
        self.at += 1
        return token

    def _next(self, *signs: str) -> str | None:
        """The next token when it is one of these signs, which is then passed."""
        kind, text = self._peek()
        if kind != "sign" or text not in signs:
            return None
        self.at += 1
        return text

    def _expect(self, sign: str) -> None:
        if self._next(sign) is None:
            raise Unclear

    # --- operators ------------------------------------------------------------------------------------------------

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
        count = 0
        while sign := self._next(*_LEVELS[level]):
            count += 1
            if level == _COMPARING and count > 1:
                raise Unclear
            right = self._binary(level + 1)
            left = f"modulo({left}, {right})" if sign == "%" else f"{left} {_LEVELS[level][sign]} {right}"
        return left

    def _unary(self) -> str:
        if self._next("!"):
            return f"not({self._unary()})"
        if self._next("-"):
            return f"-{self._unary()}"
        if self._peek() == Token("name", "empty"):
            self.at += 1
            return juel_calls.is_empty(self._unary())
        return self._path()

    # --- values ---------------------------------------------------------------------------------------------------

    def _path(self) -> str:
        value = self._primary()
        while True:
            if self._next("."):
                name = self._take("name").text
                value = self._called(value, name) if self._next("(") else juel_calls.member(value, name)
            elif self._next("["):
                value = self._indexed(value)
            else:
                return value

    def _called(self, value: str, method: str) -> str:
        arguments, texts = self._arguments()
        return juel_calls.call(value, method, arguments, texts)

    def _arguments(self) -> tuple[list[str], list[str | None]]:
        """What stands in the brackets of a call: in FEEL, and the texts among it as they read."""
        arguments: list[str] = []
        texts: list[str | None] = []
        while not self._next(")"):
            if arguments:
                self._expect(",")
            token, begin = self._peek(), self.at
            arguments.append(self._conditional())
            texts.append(content(token) if token.kind == "string" and self.at == begin + 1 else None)
        return arguments, texts

    def _indexed(self, value: str) -> str:
        token = self._peek()
        self.at += 1
        self._expect("]")
        if token.kind == "string":
            return juel_calls.member(value, content(token))
        return juel_calls.item(value, token.text)

    def _primary(self) -> str:
        if self._next("("):
            inner = self._conditional()
            self._expect(")")
            return f"({inner})"
        token = self._peek()
        self.at += 1
        if token.kind == "number":
            return token.text
        if token.kind == "string":
            return quoted(content(token))
        if token.kind != "name":
            raise Unclear
        return self._named(token.text)

    def _named(self, name: str) -> str:
        if name == "execution":
            return self._of_execution()
        if self._next("("):
            if name not in _MOMENTS or self._next(")") is None:
                raise Unclear
            return "now()"
        if name in _ENGINE:
            raise Unclear
        if name in _CONSTANTS:
            return name
        name = _RENAMED.get(name, name)
        self.names.add(name)
        return f"({name} - 1)" if name == _COUNTER else name

    def _of_execution(self) -> str:
        """``execution.getVariable("name")`` is the variable; all else of it belongs to the other engine."""
        self._expect(".")
        if self._take("name").text != "getVariable":
            raise Unclear
        self._expect("(")
        name = content(self._take("string"))
        self._expect(")")
        self.names.add(name)
        return name
