"""The figures as they were measured, printed as a table and written as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

WIDTH = 76


@dataclass
class Report:
    """Figures by section, in the order in which they were found."""

    figures: dict[str, dict[str, float]] = field(default_factory=dict)

    def add(self, section: str, values: Mapping[str, float]) -> None:
        """Keep and print the figures of a section."""
        self.figures.setdefault(section, {}).update(values)
        print(f"\n{section}", flush=True)
        for name, value in values.items():
            print(f"  {name:<{WIDTH - 16}}{shown(value):>14}", flush=True)

    def value(self, section: str, name: str) -> float:
        """A figure found before."""
        return self.figures[section][name]

    def write(self, file: Path) -> None:
        """All figures with the machine they were measured on."""
        load = os.getloadavg()
        machine = {
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "load average at the end": [round(value, 2) for value in load],
        }
        file.write_text(json.dumps({"machine": machine, "figures": self.figures}, indent=2) + "\n")


def shown(value: float) -> str:
    """Three meaningful digits."""
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
