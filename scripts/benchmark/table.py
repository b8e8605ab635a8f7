"""The figures as they were measured, printed as a table and written as JSON."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

WIDTH = 76


@dataclass(frozen=True)
class Gate:
    """What a figure must be."""

    section: str
    name: str
    at_least: float = -math.inf
    at_most: float = math.inf

    def __str__(self) -> str:
        bound = f"at least {self.at_least:g}" if self.at_least > -math.inf else f"at most {self.at_most:g}"
        return f"{self.name}: {bound}"


@dataclass
class Report:
    """Figures by section, in the order in which they were found."""

    figures: dict[str, dict[str, float]] = field(default_factory=dict)
    gates: dict[str, bool] = field(default_factory=dict)

    def add(self, section: str, values: Mapping[str, float]) -> None:
        """Keep and print the figures of a section."""
        self.figures.setdefault(section, {}).update(values)
        print(f"\n{section}", flush=True)
        for name, value in values.items():
            print(f"  {name:<{WIDTH - 16}}{shown(value):>14}", flush=True)

    def value(self, section: str, name: str) -> float:
        """A figure found before."""
        return self.figures[section][name]

    def hold_against(self, gates: Sequence[Gate]) -> None:
        """Print what was asked of the figures that were measured, and whether it was reached."""
        print("\nAsked", flush=True)
        for gate in gates:
            figure = self.figures.get(gate.section, {}).get(gate.name)
            if figure is not None:
                self.gates[str(gate)] = reached = gate.at_least <= figure <= gate.at_most
                print(f"  {gate!s:<{WIDTH - 16}}{shown(figure):>14}{'' if reached else '  NOT REACHED'}", flush=True)

    def write(self, file: Path) -> None:
        """All figures with the machine they were measured on."""
        load = os.getloadavg()
        machine = {
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "load average at the end": [round(value, 2) for value in load],
        }
        file.write_text(json.dumps({"machine": machine, "figures": self.figures, "gates": self.gates}, indent=2) + "\n")


def shown(value: float) -> str:
    """Three meaningful digits."""
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
