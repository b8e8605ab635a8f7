"""A layout for files that have none: from left to right, branches below each other, sub-processes around theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from bpmn.importing.editing import Element, bpmn
from bpmn.importing.ways import GAP_X, GAP_Y, LOOKED_AT, Box, Way, way
from bpmn.model import Kind, Node, Process
from bpmn.vocabulary import ACTIVITIES, BPMN_DI, GATEWAYS, SUB_PROCESSES

DI = "http://www.omg.org/spec/DD/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
TASK, EVENT, GATEWAY = (100, 80), (36, 36), (50, 50)
PADDING = 40


def draw(root: Element, processes: Sequence[Process]) -> None:
    """Give the tree of a file a diagram with a shape for every node and an edge for every flow."""
    diagram = etree.SubElement(root, f"{{{BPMN_DI}}}BPMNDiagram", id="diagram")
    plane = etree.SubElement(diagram, f"{{{BPMN_DI}}}BPMNPlane", id="plane")
    collaboration = root.find(bpmn("collaboration"))
    plane.set("bpmnElement", collaboration.get("id") if collaboration is not None else processes[0].id)
    pools = {
        pool.get("processRef"): pool.get("id") for pool in root.iter(bpmn("participant")) if pool.get("processRef")
    }
    top = 0
    for process in processes:
        boxes = _Layout(process).boxes()
        lowest = max((box.y + box.height for box in boxes.values()), default=0)
        widest = max((box.x + box.width for box in boxes.values()), default=0)
        moved = {identity: box.moved(PADDING * 2, top + PADDING) for identity, box in boxes.items()}
        if process.id in pools:
            pool = Box(PADDING, top, widest + PADDING * 2, lowest + PADDING * 2)
            _shape(plane, pools[process.id], pool, isHorizontal="true")
        for identity, box in moved.items():
            expanded = {"isExpanded": "true"} if process.nodes[identity].kind in SUB_PROCESSES else {}
            _shape(plane, identity, box, **expanded)
        _connect(plane, process, moved)
        top += lowest + PADDING * 3


def _connect(plane: Element, process: Process, boxes: Mapping[str, Box]) -> None:
    """An edge for every flow, around the other shapes of its scope."""
    beside: dict[str | None, list[str]] = {}
    for identity in boxes:
        beside.setdefault(process.nodes[identity].scope, []).append(identity)
    for flow in process.flows.values():
        if flow.source not in boxes or flow.target not in boxes:
            continue
        source = process.nodes[flow.source]
        ends = {flow.source, flow.target, source.attached_to}
        around = beside[source.scope] if len(beside[source.scope]) <= LOOKED_AT else ()
        others = [boxes[identity] for identity in around if identity not in ends]
        from_below = source.attached_to is not None
        _edge(plane, flow.id, way(boxes[flow.source], boxes[flow.target], others, from_below=from_below))


def _shape(plane: Element, identity: str | None, box: Box, **more: str) -> None:
    shape = _child(plane, BPMN_DI, "BPMNShape", id=f"{identity}-shape", bpmnElement=str(identity), **more)
    _child(shape, DC, "Bounds", x=str(box.x), y=str(box.y), width=str(box.width), height=str(box.height))


def _child(parent: Element, namespace: str, name: str, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{namespace}}}{name}", attrib=attributes)


def _edge(plane: Element, identity: str, points: Way) -> None:
    edge = _child(plane, BPMN_DI, "BPMNEdge", id=f"{identity}-edge", bpmnElement=identity)
    for x, y in points:
        _child(edge, DI, "waypoint", x=str(x), y=str(y))


class _Layout:
    """Columns by the longest way from the start, rows by branches; every scope by itself, then put into its box."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.attached: dict[str | None, list[Node]] = {}
        for node in process.nodes.values():
            self.attached.setdefault(node.attached_to, []).append(node)

    def boxes(self) -> dict[str, Box]:
        """A box for every node of the process, from (0, 0) on."""
        return self._scope(None)

    def _scope(self, scope: str | None) -> dict[str, Box]:
        nodes = [node for node in self.process.nodes.values() if node.scope == scope and not node.attached_to]
        inside = {node.id: self._scope(node.id) for node in nodes if node.kind in SUB_PROCESSES}
        sizes = {node.id: self._size(node, inside) for node in nodes}
        beside = [node for node in nodes if node.triggered_by_event or node.for_compensation]
        columns = self._columns([node for node in nodes if node not in beside])
        places = self._place(columns, sizes)
        bottom = max((box.y + box.height for box in places.values()), default=0)
        x = 0
        for node in beside:
            width, height = sizes[node.id]
            places[node.id] = Box(x, bottom + GAP_Y if places else 0, width, height)
            x += width + GAP_X
        boxes = dict(places)
        for identity, parts in inside.items():
            home = places[identity]
            boxes |= {part: box.moved(home.x + PADDING, home.y + PADDING) for part, box in parts.items()}
        for host in list(places):
            boxes |= self._boundary(host, boxes[host])
        return boxes

    def _boundary(self, host: str, box: Box) -> dict[str, Box]:
        width, height = EVENT
        return {
            event.id: Box(
                box.x + box.width - (width + 8) * (index + 1), box.y + box.height - height // 2, width, height
            )
            for index, event in enumerate(self.attached.get(host, ()))
        }

    def _size(self, node: Node, inside: Mapping[str, Mapping[str, Box]]) -> tuple[int, int]:
        if node.id in inside:
            parts = inside[node.id].values()
            width = max((box.x + box.width for box in parts), default=TASK[0])
            height = max((box.y + box.height for box in parts), default=TASK[1])
            return width + PADDING * 2, height + PADDING * 2
        if node.kind in ACTIVITIES:
            return TASK
        return GATEWAY if node.kind in GATEWAYS else EVENT

    def _columns(self, nodes: Sequence[Node]) -> list[list[str]]:
        """The nodes by the length of the longest way to them; ways back are not counted."""
        known = {node.id for node in nodes}
        order: list[str] = []
        back: set[tuple[str, str]] = set()
        state: dict[str, int] = {}
        first = sorted(nodes, key=lambda node: (node.kind is not Kind.START_EVENT, bool(node.incoming)))
        for root in first:
            waiting = [(root.id, iter(self._after(root.id, known)))] if root.id not in state else []
            if waiting:
                state[root.id] = 1
            while waiting:
                at, following = waiting[-1]
                target = next(following, None)
                if target is None:
                    state[at] = 2
                    order.append(at)
                    waiting.pop()
                elif target not in state:
                    state[target] = 1
                    waiting.append((target, iter(self._after(target, known))))
                elif state[target] == 1:
                    back.add((at, target))
        ranks = dict.fromkeys(known, 0)
        for at in reversed(order):
            for target in self._after(at, known):
                if (at, target) not in back:
                    ranks[target] = max(ranks[target], ranks[at] + 1)
        columns: list[list[str]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
        for at in reversed(order):
            columns[ranks[at]].append(at)
        return columns

    def _after(self, identity: str, known: set[str]) -> list[str]:
        nodes, flows = self.process.nodes, self.process.flows
        leaving = [*nodes[identity].outgoing]
        for event in self.attached.get(identity, ()):
            leaving += event.outgoing
        return [flows[flow].target for flow in leaving if flows[flow].target in known]

    def _place(self, columns: Sequence[Sequence[str]], sizes: Mapping[str, tuple[int, int]]) -> dict[str, Box]:
        """Each node in the row of what leads to it, or the next free one below."""
        rows: dict[str, int] = {}
        for column in columns:
            taken: set[int] = set()
            for identity in sorted(column, key=self._is_aside):
                row = min((rows[source] for source in self._before(identity) if source in rows), default=0)
                row += self._is_aside(identity)
                while row in taken:
                    row += 1
                taken.add(row)
                rows[identity] = row
        heights: dict[int, int] = {}
        for identity, row in rows.items():
            heights[row] = max(heights.get(row, 0), sizes[identity][1])
        tops, y = {}, 0
        for row in range(max(heights, default=-1) + 1):
            tops[row] = y
            y += heights.get(row, TASK[1]) + GAP_Y
        places, x = {}, 0
        for column in columns:
            wide = max(sizes[identity][0] for identity in column)
            for identity in column:
                width, height = sizes[identity]
                middle = tops[rows[identity]] + heights[rows[identity]] // 2
                places[identity] = Box(x + (wide - width) // 2, middle - height // 2, width, height)
            x += wide + GAP_X
        return places

    def _is_aside(self, identity: str) -> bool:
        """Whether only boundary events lead to a node: it lies below what goes on as usual."""
        nodes, flows = self.process.nodes, self.process.flows
        sources = [nodes[flows[flow].source] for flow in nodes[identity].incoming if flows[flow].source in nodes]
        return bool(sources) and all(source.attached_to for source in sources)

    def _before(self, identity: str) -> list[str]:
        nodes, flows = self.process.nodes, self.process.flows
        sources = (nodes[flows[flow].source] for flow in nodes[identity].incoming if flows[flow].source in nodes)
        return [source.attached_to or source.id for source in sources]
