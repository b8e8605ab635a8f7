"""Scenarios played without a database: a readable story about a process, its people, systems and clock."""

from workflows.scenarios.files import Cast, ScenarioUnusable, cast_of
from workflows.scenarios.playing import Broken, Result, play, play_file

__all__ = ["Broken", "Cast", "Result", "ScenarioUnusable", "cast_of", "play", "play_file"]
