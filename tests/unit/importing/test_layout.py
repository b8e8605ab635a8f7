"""A drawn layout can be read: from left to right, flows around the shapes, exceptions below what goes on as usual."""

from __future__ import annotations

from itertools import pairwise

from lxml import etree

from bpmn.importing import convert
from bpmn.importing.ways import Box, way
from tests.unit.bpmn.drawing import boundary, chain, end, file, flow, node, start, timer, user

SKIPS = (
    start() + node("exclusiveGateway", "g", default="g_b") + user("a") + user("b") + user("c") + end("e")
    + boundary("late", "a", timer("timeDuration", "P1D")) + user("remind") + end("e2")
    + chain("s", "g", "a", "b", "c", "e") + flow("g", "b") + flow("g", "c", "=x") + chain("late", "remind", "e2")
    + flow("c", "a", "=again")
)  # fmt: skip


def drawn(body: str) -> tuple[dict[str, Box], dict[str, list[tuple[int, int]]]]:
    root = etree.fromstring(convert("p.bpmn", file(body, layout="")).diagram)
    boxes: dict[str, Box] = {}
    ways: dict[str, list[tuple[int, int]]] = {}
    for shape in root.iter("{*}BPMNShape"):
        bounds = shape.find("{*}Bounds")
        boxes[shape.attrib["bpmnElement"]] = Box(*(int(bounds.get(name)) for name in ("x", "y", "width", "height")))
    for edge in root.iter("{*}BPMNEdge"):
        points = [(int(point.get("x")), int(point.get("y"))) for point in edge.iter("{*}waypoint")]
        ways[edge.attrib["bpmnElement"]] = points
    return boxes, ways


def inside(box: Box, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether a straight line leads through a shape, not only along its border."""
    left, right = sorted((one[0], other[0]))
    top, bottom = sorted((one[1], other[1]))
    return left < box.right and right > box.x and top < box.bottom and bottom > box.y


def test_no_flow_leads_through_another_shape():
    """Flows that skip steps, and one that goes back, go around what lies between, at right angles."""
    boxes, ways = drawn(SKIPS)
    for name, points in ways.items():
        ends = set(name.split("_")) | ({"a"} if name.startswith("late") else set())
        for one, other in pairwise(points):
            assert one[0] == other[0] or one[1] == other[1], name
            crossed = [key for key, box in boxes.items() if key not in ends and inside(box, one, other)]
            assert not [key for key in crossed if key != "late"], (name, crossed)


def test_exceptions_lie_below_and_leave_downwards():
    """The usual way stays one straight row."""
    boxes, ways = drawn(SKIPS)
    assert len({boxes[key].middle[1] for key in ("s", "g", "a", "b", "c", "e")}) == 1
    assert boxes["remind"].y > boxes["a"].bottom
    assert ways["late_remind"][0] == (boxes["late"].middle[0], boxes["late"].bottom)


def test_a_way_that_is_blocked_on_all_sides_is_still_drawn():
    """The plainest one: a diagram with a crossing can be read, one without a flow cannot."""
    wall = Box(110, -5_000, 40, 20_000)
    assert way(Box(0, 0, 100, 80), Box(300, 0, 100, 80), [wall]) == [(100, 40), (300, 40)]
