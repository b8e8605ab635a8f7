"""Stories told about drawn processes: one that must hold, one that must break."""

from textwrap import dedent

from bpmn.scenario_reader import read_scenario
from tests.unit.scenarios.xml import file_of
from workflows.scenarios import play


def told(text, *processes, **files):
    story = read_scenario("s.scenario.yaml", ("name: n\nmodel: m.bpmn\n" + dedent(text)).encode())
    return play(
        story, {"m.bpmn": file_of(*processes), **{name.replace("__", "."): data for name, data in files.items()}}
    )


def holds(text, *processes, **files):
    result = told(text, *processes, **files)
    assert not result.refused, result.refused
    assert result.failed is None, (result.failed, result.waiting, result.incidents)
    return result


def breaks(text, *processes, **files):
    result = told(text, *processes, **files)
    assert not result.refused, result.refused
    assert result.failed is not None
    return result.failed
