"""A few words to draw diagrams in tests: ``draw(start(), user("a"), end(), flow("start", "a", "end"))``."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from bpmn.model import (
    Assignment,
    CalledDecision,
    CalledElement,
    Event,
    EventKind,
    Flow,
    Job,
    Kind,
    Loop,
    Node,
    Process,
    Script,
    TimerKind,
    VariableMapping,
)

Part = Any  # a node, a flow or a list of parts


def node(
    id: str, kind: Kind, *, ins: dict[str, str] | None = None, outs: dict[str, str] | None = None, **more: Any
) -> Node:
    return Node(id=id, kind=kind, name=id, inputs=_io(ins), outputs=_io(outs), **more)


def _io(mappings: dict[str, str] | None) -> tuple[VariableMapping, ...]:
    return tuple(VariableMapping(source, target) for target, source in (mappings or {}).items())


def message(name: str = "m", key: str | None = None) -> Event:
    return Event(EventKind.MESSAGE, name=name, correlation_key=key)


def signal(name: str = "sig") -> Event:
    return Event(EventKind.SIGNAL, name=name)


def error(code: str | None = None) -> Event:
    return Event(EventKind.ERROR, code=code)


def escalation(code: str | None = None) -> Event:
    return Event(EventKind.ESCALATION, code=code)


def duration(text: str) -> Event:
    return Event(EventKind.TIMER, timer_kind=TimerKind.DURATION, timer=text)


def cycle(text: str) -> Event:
    return Event(EventKind.TIMER, timer_kind=TimerKind.CYCLE, timer=text)


def date(text: str) -> Event:
    return Event(EventKind.TIMER, timer_kind=TimerKind.DATE, timer=text)


def link(name: str) -> Event:
    return Event(EventKind.LINK, name=name)


def event(kind: EventKind, **more: Any) -> Event:
    return Event(kind, **more)


def start(id: str = "start", on: Event | None = None, **more: Any) -> Node:
    return node(id, Kind.START_EVENT, event=on, **more)


def end(id: str = "end", on: Event | None = None, **more: Any) -> Node:
    return node(id, Kind.END_EVENT, event=on, **more)


def throw(id: str, on: Event, **more: Any) -> Node:
    return node(id, Kind.INTERMEDIATE_THROW_EVENT, event=on, **more)


def catch(id: str, on: Event, **more: Any) -> Node:
    return node(id, Kind.INTERMEDIATE_CATCH_EVENT, event=on, **more)


def boundary(id: str, on: Event, at: str, *, interrupting: bool = True, **more: Any) -> Node:
    return node(id, Kind.BOUNDARY_EVENT, event=on, attached_to=at, interrupting=interrupting, **more)


def user(id: str, *, groups: str | None = None, assignee: str | None = None, **more: Any) -> Node:
    assignment = Assignment(assignee=assignee, candidate_groups=groups) if groups or assignee else None
    return node(id, Kind.USER_TASK, assignment=assignment, **more)


def service(id: str, job: str | None = None, retries: str = "3", **more: Any) -> Node:
    return node(id, Kind.SERVICE_TASK, job=Job(job or id, retries), **more)


def script(id: str, expression: str, result: str | None = None, **more: Any) -> Node:
    return node(id, Kind.SCRIPT_TASK, script=Script(expression, result), **more)


def rule(id: str, decision: str, result: str | None, **more: Any) -> Node:
    return node(id, Kind.BUSINESS_RULE_TASK, decision=CalledDecision(decision, result), **more)


def call(id: str, process: str, *, parent: bool = True, child: bool = True, **more: Any) -> Node:
    return node(id, Kind.CALL_ACTIVITY, called=CalledElement(process, parent, child), **more)


def task(id: str, **more: Any) -> Node:
    return node(id, Kind.TASK, **more)


def xor(id: str, default: str | None = None) -> Node:
    return node(id, Kind.EXCLUSIVE_GATEWAY, default=default)


def fork(id: str) -> Node:
    return node(id, Kind.PARALLEL_GATEWAY)


def inclusive(id: str, default: str | None = None) -> Node:
    return node(id, Kind.INCLUSIVE_GATEWAY, default=default)


def either(id: str) -> Node:
    return node(id, Kind.EVENT_BASED_GATEWAY)


def undo(id: str, at: str, handler: str) -> Node:
    return node(
        id, Kind.BOUNDARY_EVENT, event=Event(EventKind.COMPENSATION), attached_to=at, compensation_handler=handler
    )


def compensate(activity: str | None = None) -> Event:
    return Event(EventKind.COMPENSATION, activity=activity)


def each(
    collection: str,
    item: str | None = None,
    *,
    sequential: bool = False,
    output: str | None = None,
    collect: str | None = None,
    until: str | None = None,
) -> Loop:
    return Loop(
        sequential=sequential,
        input_collection=collection,
        input_element=item,
        output_collection=collect,
        output_element=output,
        completion_condition=until,
    )


def sub(id: str, *parts: Part, kind: Kind = Kind.SUB_PROCESS, **more: Any) -> list[Part]:
    """A sub-process with what lies in it."""
    return [node(id, kind, **more), *_inside(id, parts)]


def event_sub(id: str, *parts: Part, **more: Any) -> list[Part]:
    return sub(id, *parts, triggered_by_event=True, **more)


def _inside(scope: str, parts: Any) -> list[Part]:
    found: list[Part] = []
    for part in parts:
        if isinstance(part, list):
            found += _inside(scope, part)
        elif isinstance(part, Node) and part.scope is None:
            found.append(replace(part, scope=scope))
        else:
            found.append(part)
    return found


def flow(*ids: str, when: str | None = None, id: str | None = None) -> list[Part]:
    """A chain of sequence flows, each named ``a>b`` unless ``id`` says otherwise."""
    return [Flow(id or f"{a}>{b}", a, b, when) for a, b in itertools.pairwise(ids)]


def draw(*parts: Part, id: str = "P") -> Process:
    """The process; incoming and outgoing are filled in from the flows."""
    flat: list[Node | Flow] = []

    def flatten(part: Any) -> None:
        if isinstance(part, list):
            for inner in part:
                flatten(inner)
        else:
            flat.append(part)

    for part in parts:
        flatten(part)
    flows = {part.id: part for part in flat if isinstance(part, Flow)}
    nodes = {}
    for part in flat:
        if isinstance(part, Node):
            outgoing = tuple(one.id for one in flows.values() if one.source == part.id)
            incoming = tuple(one.id for one in flows.values() if one.target == part.id)
            nodes[part.id] = replace(part, outgoing=outgoing, incoming=incoming)
    return Process(id=id, name=None, executable=True, nodes=nodes, flows=flows)
