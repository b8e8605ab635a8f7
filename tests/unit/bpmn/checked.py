"""Small diagrams and what the check says about them, for the tests of the deploy check."""

from __future__ import annotations

from bpmn.checking import Catalogue, Finding, HandlerEntry, Severity, check
from tests.unit.bpmn.drawing import (
    chain,
    end,
    event,
    file,
    flow,
    node,
    start,
    user,
)

CATALOGUE = Catalogue(
    handlers={
        "crm.note.add": HandlerEntry(takes_rest=True),
        "crm.level.apply": HandlerEntry(required=("customer_id",), optional=("reason",)),
    },
    functions=frozenset({"manager of", "role at", "members of"}),
    uncertain_functions=frozenset({"manager of", "members of"}),
    groups=frozenset({"sales", "finance"}),
    record_kinds=frozenset({"customer"}),
    processes=frozenset({"deployed"}),
    languages=(),
)
E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTICE


def findings(body: str, catalogue: Catalogue = CATALOGUE, **how: str) -> list[Finding]:
    return check({"p.bpmn": file(body, **how)}, catalogue)


def found(body: str, **how: str) -> set[tuple[str, str, str | None]]:
    return {(str(item.severity), item.code, item.element) for item in findings(body, **how)}


def line(*middle: str, beside: str = "") -> str:
    """Start, the given nodes in a row, end."""
    ids = [text.split('id="', 1)[1].split('"', 1)[0] for text in middle]
    return start() + "".join(middle) + end() + chain("s", *ids, "e") + beside


def branch(*flows: str, gateway: str = "exclusiveGateway", **attributes: str) -> str:
    """Start, a task whose answers may be anything, a gateway, tasks a and b, end."""
    nodes = start() + user("ask") + node(gateway, "g", **attributes) + user("a") + user("b") + end()
    return nodes + chain("s", "ask", "g") + "".join(flows) + chain("a", "e") + chain("b", "e")


A, B = flow("g", "a", "=x = 1"), flow("g", "b", "=x = 2")
CATCH = node("intermediateCatchEvent", "c", event("message", messageRef="m"))
HOST = line(user("u"))
