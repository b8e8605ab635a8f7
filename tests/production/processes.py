"""The small processes that run in these tests."""

from __future__ import annotations

from pathlib import Path

from tests.support.diagrams import catch, diagram, end, service, start, user

SALES, FINANCE = user(group="sales"), user(group="finance")


def write_processes(folder: Path) -> Path:
    """Write them as files to deploy."""
    folder.mkdir()
    for key, content in _processes().items():
        (folder / f"{key}.bpmn").write_bytes(content)
    return folder


def _processes() -> dict[str, bytes]:
    return {
        "relay": diagram(
            "relay", "begin -> first -> look -> done", begin=start(), first=SALES, look=FINANCE, done=end()
        ),
        "worked": diagram(
            "worked",
            "begin -> first -> work -> look -> done",
            begin=start(),
            first=SALES,
            work=service("test.work"),
            look=FINANCE,
            done=end(),
        ),
        "written": diagram(
            "written",
            "begin -> first -> letter -> look -> done",
            begin=start(),
            first=SALES,
            letter=service("test.letter"),
            look=FINANCE,
            done=end(),
        ),
        "timed": diagram(
            "timed",
            "begin -> pause -> work -> letter -> look -> done",
            begin=start(),
            pause=catch(timer="PT1S"),
            work=service("test.work"),
            letter=service("test.letter"),
            look=FINANCE,
            done=end(),
        ),
    }
