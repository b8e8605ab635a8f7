"""Scenarios played without a database: a readable story about a process, its people, systems and clock."""

from workflows.scenarios.files import Cast, Casting, ScenarioUnusable
from workflows.scenarios.playing import Broken, Result, Theatre, perform, play, play_file

__all__ = ["Broken", "Cast", "Casting", "Result", "ScenarioUnusable", "Theatre", "perform", "play", "play_file"]
