"""What a person chooses for a group of instances that cannot move by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.engine import Definition
from workflows.engine.migrating import Plan
from workflows.migrating.exceptions import MappingUnfit


@dataclass(frozen=True, slots=True)
class Choice:
    """For one group: ``mapping`` old element -> new element, ``end`` elements whose steps are ended, or ``leave`` all.

    Naming an element itself in ``mapping`` says: there, in spite of what changed. ``replan`` names timer events whose
    timers are planned as the new version says; all others keep their due moments.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    end: tuple[str, ...] = ()
    leave: bool = False
    replan: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The choice as it is stored with a batch."""
        chosen = {"end": list(self.end), "leave": self.leave, "replan": list(self.replan)}
        return {"mapping": dict(self.mapping), **chosen}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Choice:
        """The inverse of ``to_json``."""
        return cls(
            dict(data.get("mapping", {})),
            tuple(data.get("end", ())),
            bool(data.get("leave")),
            tuple(data.get("replan", ())),
        )


NO_CHOICE = Choice()


def plan_of(mapping: Mapping[str, str], choice: Choice = NO_CHOICE) -> Plan:
    """The plan that follows from what holds for all and what was chosen for a group."""
    return Plan({**mapping, **choice.mapping}, frozenset(choice.end), frozenset(choice.replan))


def check_choices(old: Definition, new: Definition, mapping: Mapping[str, str], choices: Iterable[Choice]) -> None:
    """Raise MappingUnfit when an element is named that its version does not have."""
    for named in (mapping, *(choice.mapping for choice in choices)):
        for source, target in named.items():
            _require(old, source)
            _require(new, target)
    for choice in choices:
        for element in (*choice.end, *choice.replan):
            _require(old, element)


def _require(definition: Definition, element: str) -> None:
    if element not in definition.process.nodes:
        raise MappingUnfit(f"There is no element {element!r} in {definition.process.id}.")
