"""Real models deploy unchanged; hostile and large ones are answered after little work."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from bpmn.checking import Catalogue, check
from tests.support.counting import calls
from tests.unit.bpmn.checked import CATALOGUE, line
from tests.unit.bpmn.drawing import (
    SIMPLE,
    chain,
    end,
    event,
    file,
    flow,
    node,
    start,
    user,
)

MOST_CALLS = 3_000_000
"""A second or two; work that grew with the square of a model's size would be a hundred times as much."""
MODELS = Path(__file__).resolve().parents[4] / "shared" / "models"


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.bpmn")), ids=lambda path: path.name)
def test_models_of_the_zeebe_spec_deploy_unchanged(path):
    items = check({path.name: path.read_bytes()}, Catalogue(standalone=True))
    assert {item.code for item in items} <= {"unknown-handler", "unknown-name-start"}


def wide(count: int) -> bytes:
    middle = "".join(
        user(f"t{number}") + flow(f"t{number - 1}", f"t{number}", "=x &gt; 1") for number in range(1, count)
    )
    return file(node("task", "t0") + middle)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (wide(50_000), "too-many-elements"),
        (file("".join(f'<bpmn:task id="x{n}"/>' for n in range(99_000))), "too-many-elements"),
        (b"<a>" + b" " * 50_000_000 + b"</a>", "too-large"),
        (file(f"<bpmn:documentation>{'x' * 10_500_000}</bpmn:documentation>" + SIMPLE), "not-xml"),
        (file(SIMPLE + "".join(f'<bpmn:task id="u" name="{n}"/>' for n in range(4_000))), "more-findings"),
        (file("".join(f'<bpmn:subProcess id="x{n}">' for n in range(150)) + "</bpmn:subProcess>" * 150), "no-start"),
    ],
    ids=["250,000 elements", "99,000 tasks", "50 MB", "10 MB of text", "4,000 ids twice", "150 levels"],
)
def test_hostile_files_are_answered_after_little_work_and_within_memory(data, code):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with calls() as counted:
        items = check({"x.bpmn": data}, CATALOGUE)
    assert code in {item.code for item in items}
    assert counted.made < MOST_CALLS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500 * 1024


def test_many_ends_with_errors_are_looked_at_once():
    count = 4_000
    body = start() + "".join(end(f"e{n}", event("error", errorRef="er")) + flow("s", f"e{n}") for n in range(count))
    with calls() as counted:
        items = check({"x.bpmn": file(body)}, CATALOGUE)
    assert {item.code for item in items} == {"error-leaves-process", "more-findings"}
    assert counted.made < MOST_CALLS


def test_a_large_model_that_is_right_is_checked_after_little_work():
    count = 4_990
    ids = [f"t{number}" for number in range(count)]
    body = start() + "".join(user(identity) for identity in ids) + end() + chain("s", *ids, "e")
    with calls() as counted:
        assert check({"x.bpmn": file(body)}, CATALOGUE) == []
    assert counted.made < MOST_CALLS


def test_a_deep_ladder_of_calls_and_a_circle_end():
    files = {
        f"{n}/p.bpmn": file(
            line(node("callActivity", "c", extensions=f'<zeebe:calledElement processId="p{(n + 1) % 50}"/>')),
            key=f"p{n}",
        )
        for n in range(50)
    }
    items = check(files, CATALOGUE)
    assert {item.code for item in items} == {"call-circle"}
