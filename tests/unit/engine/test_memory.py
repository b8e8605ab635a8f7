"""What a scope remembers for compensation: whole when asked, small when stored, and never without bound."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import orjson
import pytest

from bpmn.model import Kind
from tests.unit.engine.drawing import compensate, draw, flow, node, script, service, start, sub, throw, undo, user, xor
from tests.unit.engine.driver import Story, StubPorts
from tests.unit.engine.going_over import go_over
from workflows.engine import memory, step_variables
from workflows.engine.api import IncidentKind
from workflows.engine.erasing import rewrite
from workflows.engine.frames import unpack
from workflows.engine.memory import IN_PACK, Memory, stored_form, whole


def kept(stored: Any) -> Any:
    """As after a way through the state."""
    return orjson.loads(orjson.dumps(stored))


def random_record(random: Random, depth: int = 0) -> dict[str, Any]:
    if depth < 2 and random.random() < 0.03:
        return {
            "e": "sub",
            "h": None,
            "u": [random_record(random, depth + 1) for _ in range(random.choice((1, 3, 70)))],
        }
    names = random.sample(["a", "b", "c", "d"], random.randint(0, 4))
    values = [1, True, 1.0, None, "x", [1], [True], {"k": [1, {"m": 2}]}]
    return {"e": random.choice("xyz"), "h": "u", "z": {name: random.choice(values) for name in names}}


@pytest.mark.parametrize("seed", range(20))
def test_what_is_remembered_comes_back_as_it_was(seed: int):
    """However it is added, stored, read and added to again; true and 1 stay apart."""
    random = Random(seed)
    expected, held = [], Memory()
    for _ in range(random.randint(1, 200)):
        expected.append(random_record(random))
        held.add(expected[-1])
        if random.random() < 0.2:
            held = Memory(kept(held.stored()))
        if random.random() < 0.02:
            held.records()
    assert orjson.dumps(held.records()) == orjson.dumps(held.records())
    assert sorted_dump(Memory(kept(held.stored())).records()) == sorted_dump(expected)
    assert sorted_dump(whole(kept(stored_form(expected)))) == sorted_dump(expected)


def sorted_dump(records: list[dict[str, Any]]) -> bytes:
    return orjson.dumps(records, option=orjson.OPT_SORT_KEYS)


def test_an_unchanged_snapshot_is_shared_with_the_one_before():
    held = Memory()
    values = {"blob": "x" * 10_000, "i": 0}
    held.add({"e": "x", "h": "u", "z": dict(values)})
    assert held.add({"e": "x", "h": "u", "z": dict(values)}) < 50
    assert held.add({"e": "x", "h": "u", "z": {**values, "i": 1}}) < 50
    assert [record["z"]["i"] for record in held.records()] == [0, 0, 1]


def test_states_written_before_snapshots_were_shared_are_read():
    """Whole snapshots, alone and in packs, as older releases stored them."""
    records = [{"e": "x", "h": "u", "z": {"i": number}} for number in range(70)]
    older = [memory._packed(records[:IN_PACK]), *records[IN_PACK:]]
    held = Memory(kept(older))
    held.add({"e": "x", "h": "u", "z": {"i": 70}})
    assert [record["z"]["i"] for record in Memory(kept(held.stored())).records()] == list(range(71))


def rounds(activity: Any, undoing: Any) -> Any:
    return draw(
        start(), xor("m"), activity, undo("bx", "x", "ux"), undoing, xor("g", "g>w"), user("w"),
        throw("ct", compensate()), user("z"),
        flow("start", "m", "x", "g"), flow("g", "m", when="= i < n"), flow("g", "w", "ct", "z"),
    )  # fmt: skip


COUNTING = script("x", "= i + 1", "i")
UNDOING = service("ux", "undo", for_compensation=True)


def test_5000_rounds_with_large_variables_are_remembered_in_little_and_undone_newest_first():
    """The variables are far more than one act may add to the state; what differs between rounds is not."""
    ports = StubPorts()
    story = Story(rounds(COUNTING, UNDOING), {"i": 0, "n": 5_000, "blob": "x" * 2_000}, ports=ports)
    assert story.waiting == ["w"]
    assert len(story.state) < 40_000
    story.complete("w")
    assert story.waiting == ["z"]
    assert [inputs["i"] for _, inputs, _ in ports.calls] == list(range(5_000, 0, -1))


def test_what_is_left_to_undo_stays_packed_while_a_person_undoes():
    process = rounds(COUNTING, node("ux", Kind.USER_TASK, for_compensation=True))
    story = Story(process, {"i": 0, "n": 300, "blob": "".join(map(str, range(3_000)))})
    story.complete("w")
    assert written(story) < 100_000, "whole snapshots would be more than 3,000,000"
    for number in range(300):
        assert story.waiting == ["ux"], number
        story.complete("ux")
    assert story.waiting == ["z"]


def test_values_are_taken_out_and_versions_changed_while_a_person_undoes_many():
    """Both read what is packed, and what is left is undone as it was to be."""
    process = rounds(COUNTING, node("ux", Kind.USER_TASK, for_compensation=True))
    story = Story(process, {"i": 0, "n": 100, "blob": "secret"})
    story.complete("w")
    story.complete("ux")
    story.state = rewrite(story.definition, story.state, without("secret"))
    (throw_,) = [row for row in unpack(story.state[5:])["t"] if row[2] == "ct"]
    assert {record["z"]["blob"] for record in whole(throw_[5]["u"])} == {""}
    go_over(story, process)
    seen = []
    while story.waiting == ["ux"]:
        seen.append(step_variables(story.definition, story.state, story.step("ux").step)["i"])
        story.complete("ux")
    assert seen == list(range(99, 0, -1))
    assert story.waiting == ["z"]


def without(word: str) -> Callable[[Any], Any]:
    """Every text ``word`` in a value made empty."""

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: change(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [change(inner) for inner in value]
        return "" if value == word else value

    return change


def written(story: Story) -> int:
    """Bytes of JSON behind a state, before it is compressed."""
    return len(orjson.dumps(unpack(story.state[5:])))


def test_a_full_memory_is_an_incident_at_the_activity_and_at_a_sub_process_of_such(monkeypatch):
    """Nothing completes that could not be undone; what others remember is kept."""
    monkeypatch.setattr(memory, "MAX_RECORDS", 20)
    story = Story(rounds(COUNTING, UNDOING), {"i": 0, "n": 100})
    (incident,) = story.incidents.values()
    assert (incident.element, incident.kind, incident.detail) == ("x", IncidentKind.BUDGET, "compensation")
    assert story.counts["x"] == 20
    story.retry("x")
    assert story.troubled == ["x"]
    inner = sub("x", start("s"), user("y"), undo("by", "y", "uy"), user("uy", for_compensation=True), flow("s", "y"))
    story = Story(draw(start(), xor("m"), inner, flow("start", "m", "x", "m")))
    for _ in range(20):
        story.complete("y")
    assert story.troubled == ["x"]
    assert story.waiting == []


def test_a_memory_of_many_bytes_is_full(monkeypatch):
    monkeypatch.setattr(memory, "MAX_BYTES", 5_000)
    process = draw(
        start(), xor("m"), user("x"), undo("bx", "x", "ux"), user("ux", for_compensation=True),
        flow("start", "m", "x", "m"),
    )  # fmt: skip
    story, random = Story(process), Random(1)
    while not story.incidents:
        story.complete("x", blob=random.randbytes(300).hex())
        assert story.counts["x"] < 20
    assert story.troubled == ["x"]


def test_what_a_finished_scope_can_no_longer_undo_is_dropped():
    """A sub-process with a handler of its own forgets what lay in it."""
    inner = sub(
        "x", start("s"), user("y", ins={"blob": "= b"}), undo("by", "y", "uy"), user("uy", for_compensation=True),
        flow("s", "y"),
    )  # fmt: skip
    process = draw(
        start(), inner, undo("bx", "x", "ux"), user("ux", for_compensation=True), user("z"), flow("start", "x", "z")
    )
    story = Story(process, {"b": "small"})
    before = len(story.state)
    story.complete("y")
    assert story.waiting == ["z"]
    assert len(story.state) < before + 60
