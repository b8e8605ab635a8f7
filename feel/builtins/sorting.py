"""The built-in `sort`: stable, by a function that says which of two comes first, or by the natural order."""

from __future__ import annotations

from typing import Any

from feel.functions import Function
from feel.registry import Fault, built_in
from feel.run import Run
from feel.values import compare


class _Ordered:
    """An item as Python's sort sees it: it only ever asks `<`."""

    __slots__ = ("item", "precedes", "run")

    def __init__(self, run: Run, item: Any, precedes: Function | None) -> None:
        self.run = run
        self.item = item
        self.precedes = precedes

    def __lt__(self, other: _Ordered) -> bool:
        self.run.spend(1)
        if self.precedes is None:
            order = compare(self.item, other.item)
            if order is None:
                raise Fault("list.items", expected="comparable", found=other.item)
            return order < 0
        outcome = self.precedes.invoke(self.run, None, [self.item, other.item])
        if type(outcome) is not bool:
            raise Fault("function.result", expected="boolean", found=outcome)
        return outcome


@built_in("sort", "list: list", "precedes: function?", result="list")
def sort(run: Run, items: list[Any], precedes: Function | None) -> list[Any]:
    """The items in order: by a function that says whether its first argument comes before its second."""
    run.made_list(len(items))
    return [entry.item for entry in sorted(_Ordered(run, item, precedes) for item in items)]
