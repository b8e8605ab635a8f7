"""The tables of docs/bpmn.md, made from the supported list: ``python -m bpmn.documentation docs/bpmn.md``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from bpmn.forms.vocabulary import COMPUTED, CONTAINERS, INPUTS, PRESENTATION, REFUSED
from bpmn.model import EventKind
from bpmn.supported import EVENTS_AT, EXTENSION_PLACES, NODES, Support
from bpmn.vocabulary import ACTIVITIES, DOCUMENTATION, EVENTS, GATEWAYS

_MARK = "<!-- {name}: made from bpmn/supported.py -->"
_SHOWN = {Support.YES: "yes", Support.NOT_PORTABLE: "yes, not portable to Camunda 8", Support.NO: "refused"}


def refresh(text: str) -> str:
    """``text`` with every marked table made anew."""
    for name, table in tables().items():
        begin, end = _MARK.format(name=name), f"<!-- end of {name} -->"
        pattern = re.compile(re.escape(begin) + r".*?" + re.escape(end), re.DOTALL)
        text = pattern.sub(lambda _, made=f"{begin}\n{table}\n{end}": made, text)  # type: ignore[misc]
    return text


def tables() -> dict[str, str]:
    """The generated tables by name."""
    return {"elements": _elements(), "events": _events(), "extensions": _extensions(), "components": _components()}


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _elements() -> str:
    rows = [
        (f"`{kind.value}`", group, _SHOWN[NODES[kind]])
        for group, kinds in (("activity", ACTIVITIES), ("gateway", GATEWAYS), ("event", EVENTS))
        for kind in sorted(kinds)
    ]
    documentation = ", ".join(f"`{name}`" for name in sorted(DOCUMENTATION))
    return f"{_table(('Element', 'Group', 'Runs'), rows)}\n\nRead as documentation, never run: {documentation}."


def _events() -> str:
    positions = list(EVENTS_AT)
    rows = [
        (kind.value, *(_event_cell(EVENTS_AT[position].get(kind)) for position in positions))
        for kind in EventKind
        if kind is not EventKind.MULTIPLE
    ]
    return _table(("Event", *(position.value for position in positions)), rows)


def _event_cell(support: Support | None) -> str:
    return {None: "", Support.YES: "yes", Support.NOT_PORTABLE: "yes*", Support.NO: ""}[support]


def _extensions() -> str:
    everywhere = frozenset(ACTIVITIES | EVENTS)
    rows = []
    for name, places in sorted(EXTENSION_PLACES.items()):
        shown = (
            "all activities and events" if places == everywhere else ", ".join(f"`{place}`" for place in sorted(places))
        )
        rows.append((f"`zeebe:{name}`", shown))
    return _table(("Extension", "Where"), rows)


def _components() -> str:
    groups = (
        ("asked and checked", INPUTS),
        ("computed on the server", COMPUTED),
        ("containers", CONTAINERS),
        ("shown only", PRESENTATION),
        ("refused", REFUSED),
    )
    return _table(
        ("What", "Components"), ((name, ", ".join(f"`{kind}`" for kind in sorted(kinds))) for name, kinds in groups)
    )


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(refresh(path.read_text("utf-8")), "utf-8")
