"""Random processes: blocks of every kind the engine runs, nested and chained, from one seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from bpmn.model import Event, EventKind, Kind, Loop, Process
from tests.unit.engine.drawing import (
    Part,
    boundary,
    call,
    catch,
    compensate,
    cycle,
    draw,
    duration,
    each,
    either,
    end,
    error,
    escalation,
    event,
    event_sub,
    flow,
    fork,
    inclusive,
    link,
    message,
    node,
    script,
    service,
    signal,
    start,
    sub,
    throw,
    undo,
    user,
    xor,
)

MAX_BLOCKS = 14
CALLED = ("Q", "R")
"""The processes that may be called; the second calls nothing."""


class Drawing:
    """Draws one process. A block is a part of the diagram with one way in and one way out."""

    def __init__(self, random: Random, callable: tuple[str, ...] = CALLED) -> None:
        self.random = random
        self.callable = callable
        self.parts: list[Part] = []
        self.blocks = 0
        self.numbers: dict[str, int] = {}

    def name(self, prefix: str) -> str:
        self.numbers[prefix] = self.numbers.get(prefix, 0) + 1
        return f"{prefix}{self.numbers[prefix]}"

    def process(self) -> Process:
        first, last = self.chain(depth=0)
        parts = [start("s0"), end("e0"), self.parts, flow("s0", first), flow(last, "e0")]
        if self.random.random() < 0.33:
            parts.append(self.event_sub_processes(depth=1))
        return draw(*parts)

    def chain(self, depth: int) -> tuple[str, str]:
        """Some blocks one after another."""
        first, last = self.block(depth)
        for _ in range(self.random.randint(0, 3 - min(depth, 2))):
            entry, exit_ = self.block(depth)
            self.parts.append(flow(last, entry))
            last = exit_
        return first, last

    def block(self, depth: int) -> tuple[str, str]:
        self.blocks += 1
        if depth >= 3 or self.blocks >= MAX_BLOCKS:
            return self.task()
        kinds: list[Callable[..., tuple[str, str]]] = [
            self.task,
            self.task,
            self.automatic,
            self.choice,
            self.parallel,
            self.inclusive_block,
            self.loop,
            self.sub_process,
            self.repeated,
            self.event,
            self.event_gateway,
            self.guarded,
            self.compensated,
            self.undoable_scope,
            self.transaction,
            self.forking_task,
            self.deciding_task,
            self.jump,
            self.way_out,
            *((self.calling,) if self.callable else ()),
        ]
        kind = self.random.choice(kinds)
        return kind() if kind in (self.task, self.automatic, self.event) else kind(depth)

    # --- blocks ---------------------------------------------------------------------------------------------------

    def task(self) -> tuple[str, str]:
        id = self.name("u")
        self.parts.append(user(id, ins={"seen": "= x"} if self.random.random() < 0.2 else None))
        return id, id

    def automatic(self) -> tuple[str, str]:
        id = self.name("a")
        self.parts.append(
            self.random.choice(
                (
                    service(id, self.random.choice(("job", "later", "flaky"))),
                    script(id, "= if x = null then 0 else modulo(x + 1, 7)", "x"),
                    throw(id, signal("global")),
                    throw(id, message("out")),
                    throw(id, escalation("S")),
                )
            )
        )
        return id, id

    def event(self) -> tuple[str, str]:
        id = self.name("c")
        on = self.random.choice((message("m" + id), duration("PT1H"), signal("global"), duration("= wait")))
        self.parts.append(catch(id, on))
        return id, id

    def choice(self, depth: int) -> tuple[str, str]:
        split, join = self.name("x"), self.name("x")
        one, two = self.chain(depth + 1), self.chain(depth + 1)
        default = f"{split}>{two[0]}"
        self.parts += [
            xor(split, default),
            xor(join),
            flow(split, one[0], when="= odd(x)"),
            flow(split, two[0]),
            flow(one[1], join),
            flow(two[1], join),
        ]
        return split, join

    def parallel(self, depth: int) -> tuple[str, str]:
        split, join = self.name("p"), self.name("p")
        self.parts += [fork(split), fork(join)]
        for _ in range(self.random.randint(2, 3)):
            entry, exit_ = self.chain(depth + 1)
            self.parts += [flow(split, entry), flow(exit_, join)]
        return split, join

    def inclusive_block(self, depth: int) -> tuple[str, str]:
        split, join = self.name("i"), self.name("i")
        chains = [self.chain(depth + 1) for _ in range(self.random.randint(2, 3))]
        if self.random.random() < 0.4:
            chains[0] = self.perhaps_away(chains[0])
        self.parts += [inclusive(split, f"{split}>{chains[-1][0]}"), inclusive(join)]
        for number, (entry, exit_) in enumerate(chains):
            condition = None if number == len(chains) - 1 else f"= x > {number}"
            self.parts += [flow(split, entry, when=condition), flow(exit_, join)]
        return split, join

    def perhaps_away(self, chain: tuple[str, str]) -> tuple[str, str]:
        """The chain, and after it perhaps an end: whoever waits for it further on must not wait for ever."""
        split, out = self.name("x"), self.name("o")
        self.parts += [xor(split), end(out), flow(chain[1], split), flow(split, out, when="= odd(x)")]
        go_on = self.name("u")
        self.parts += [user(go_on), flow(split, go_on, when="= not(odd(x))")]
        return chain[0], go_on

    def loop(self, depth: int) -> tuple[str, str]:
        merge, split = self.name("x"), self.name("x")
        out = self.name("a")
        entry, exit_ = self.chain(depth + 1)
        self.parts += [
            xor(merge),
            xor(split, f"{split}>{out}"),
            script(out, "= 0", "round"),
            flow(merge, entry),
            flow(exit_, split),
            flow(split, merge, when="= again"),
            flow(split, out),
        ]
        return merge, out

    def sub_process(self, depth: int, **options: Any) -> tuple[str, str]:
        id = self.name("sub")
        outer, self.parts = self.parts, []
        first, last = self.chain(depth + 1)
        inner = [start(f"{id}s"), end(f"{id}e"), self.parts, flow(f"{id}s", first), flow(last, f"{id}e")]
        if self.random.random() < 0.25:
            inner.append(self.event_sub_processes(depth + 1))
        self.parts = outer
        self.parts.append(sub(id, *inner, **options))
        return id, id

    def event_sub_processes(self, depth: int) -> list[Part]:
        """One, or one beside another that catches what the first may throw."""
        first = self.event_sub_process(depth)
        return [first, self.event_sub_process(depth, error("E"))] if self.random.random() < 0.5 else first

    def event_sub_process(self, depth: int, on: Event | None = None) -> list[Part]:
        id = self.name("es")
        events = (message("m" + id), duration("PT3H"), signal("global"), error("E"), escalation("S"))
        on = on or self.random.choice(events)
        interrupting = on.kind is EventKind.ERROR or self.random.random() < 0.5
        outer, self.parts = self.parts, []
        first, last = self.chain(depth + 1)
        parts = event_sub(
            id,
            start(f"{id}s", on, interrupting=interrupting),
            end(f"{id}e"),
            self.parts,
            flow(f"{id}s", first),
            flow(last, f"{id}e"),
        )
        self.parts = outer
        return parts

    def repeated(self, depth: int) -> tuple[str, str]:
        size = self.random.choice((0, 1, 2, 3))
        plan = self.random.choice(
            (
                each(
                    f"= [{', '.join(map(str, range(size)))}]",
                    "it",
                    sequential=self.random.random() < 0.5,
                    output="= it",
                    collect="outs",
                ),
                each("= [1, 2, 3]", "it", until="= numberOfCompletedInstances >= 2"),
                Loop(standard=True, loop_maximum="2"),
                Loop(cardinality="2"),
            )
        )
        if self.random.random() < 0.5:
            return self.sub_process(depth, loop=plan)
        id = self.name("u")
        self.parts.append(user(id, loop=plan))
        return id, id

    def event_gateway(self, depth: int) -> tuple[str, str]:
        split, join = self.name("g"), self.name("x")
        self.parts += [either(split), xor(join)]
        for on in self.random.sample((message("m" + split), duration("PT1H"), duration("PT2H"), signal("global")), 2):
            id = self.name("c")
            self.parts += [catch(id, on), flow(split, id, join)]
        return split, join

    def guarded(self, depth: int) -> tuple[str, str]:
        """An activity with boundary events that lead to the same way out."""
        host, _ = self.sub_process(depth) if self.random.random() < 0.6 else self.task()
        join = self.name("x")
        self.parts += [xor(join), flow(host, join)]
        for _ in range(self.random.randint(1, 2)):
            id = self.name("b")
            on = self.random.choice(
                (duration("PT2H"), cycle("R2/PT1H"), message("m" + id), error("E"), escalation("S"), signal("global"))
            )
            interrupting = on.kind is EventKind.ERROR or ((on.timer or "")[:1] != "R" and self.random.random() < 0.6)
            self.parts.append(boundary(id, on, host, interrupting=interrupting))
            if interrupting:
                self.parts.append(flow(id, join))
            else:
                after = self.task()[0]
                self.parts.append(flow(id, after))
        return host, join

    def compensated(self, depth: int) -> tuple[str, str]:
        """An activity that can be undone, and perhaps is."""
        host, handler, thrower = self.name("u"), self.name("undo"), self.name("ct")
        self.parts += [
            user(host),
            undo(f"b{host}", host, handler),
            node(handler, Kind.USER_TASK, for_compensation=True),
            throw(thrower, compensate()),
            flow(host, thrower),
        ]
        return host, thrower

    def undoable_scope(self, depth: int) -> tuple[str, str]:
        """A sub-process that is undone by what is undone in it, or by a handler of its own."""
        host, _ = self.sub_process(depth)
        thrower = self.name("ct")
        if self.random.random() < 0.5:
            handler = self.name("undo")
            self.parts += [undo(f"b{host}", host, handler), node(handler, Kind.USER_TASK, for_compensation=True)]
        self.parts += [throw(thrower, compensate(self.random.choice((None, host)))), flow(host, thrower)]
        return host, thrower

    def transaction(self, depth: int) -> tuple[str, str]:
        """A transaction that may be cancelled after something that is undone then."""
        id, host, handler = self.name("tx"), self.name("u"), self.name("undo")
        outer, self.parts = self.parts, []
        first, last = self.chain(depth + 1)
        inner = [
            start(f"{id}s"),
            user(host),
            undo(f"b{host}", host, handler),
            node(handler, Kind.USER_TASK, for_compensation=True),
            xor(f"{id}x", f"{id}x>{id}e"),
            end(f"{id}e"),
            end(f"{id}c", event(EventKind.CANCEL)),
            flow(f"{id}s", host, first),
            flow(last, f"{id}x", f"{id}e"),
            flow(f"{id}x", f"{id}c", when="= odd(x)"),
        ]
        self.parts, inner = outer, [*inner, self.parts]
        join = self.name("x")
        self.parts += [
            sub(id, *inner, kind=Kind.TRANSACTION),
            boundary(f"{id}b", event(EventKind.CANCEL), id),
            xor(join),
            flow(id, join),
            flow(f"{id}b", join),
        ]
        return id, join

    def forking_task(self, depth: int) -> tuple[str, str]:
        """Two flows out of a task, joined by a gateway or each going on for itself."""
        id, join = self.name("u"), self.name("p")
        one, two = self.chain(depth + 1), self.task()
        gateway = fork(join) if self.random.random() < 0.7 else xor(join)
        self.parts += [user(id), gateway, flow(id, one[0]), flow(id, two[0]), flow(one[1], join), flow(two[1], join)]
        return id, join

    def deciding_task(self, depth: int) -> tuple[str, str]:
        """Conditional flows and a default flow out of a task."""
        id, join = self.name("u"), self.name("x")
        one, two = self.chain(depth + 1), self.task()
        self.parts += [
            user(id, default=f"{id}>{two[0]}"),
            xor(join),
            flow(id, one[0], when="= x > 2"),
            flow(id, two[0]),
            flow(one[1], join),
            flow(two[1], join),
        ]
        return id, join

    def jump(self, depth: int) -> tuple[str, str]:
        """A link and where it leads."""
        id = self.name("l")
        self.parts += [throw(f"{id}t", link(id)), catch(f"{id}c", link(id))]
        first, last = self.chain(depth + 1)
        self.parts.append(flow(f"{id}c", first))
        entry, merge = self.name("x"), self.name("x")
        self.parts += [
            xor(entry, f"{entry}>{merge}"),
            xor(merge),
            flow(entry, f"{id}t", when="= odd(x)"),
            flow(entry, merge),
            flow(last, merge),
        ]
        return entry, merge

    def way_out(self, depth: int) -> tuple[str, str]:
        """A way that ends here, in one of the ways that ends have."""
        split, out = self.name("x"), self.name("o")
        first, last = self.task()
        on = self.random.choice((None, message("out"), signal("global"), compensate(), escalation("S")))
        self.parts += [
            xor(split, f"{split}>{first}"),
            end(out, on),
            flow(split, out, when="= x > 4"),
            flow(split, first),
        ]
        return split, last

    def calling(self, depth: int) -> tuple[str, str]:
        """Another process is called, perhaps for each of several, perhaps with somebody who catches what it throws."""
        id, join = self.name("k"), self.name("x")
        plan = each("= [1, 2]", "it", output="= x", collect="outs") if self.random.random() < 0.3 else None
        process = self.random.choice((self.random.choice(self.callable), "= called"))
        self.parts += [
            call(id, process, parent=self.random.random() < 0.8, child=self.random.random() < 0.7, loop=plan),
            xor(join),
            flow(id, join),
        ]
        if self.random.random() < 0.5:
            self.parts += [boundary(f"{id}e", error("E"), id), flow(f"{id}e", join)]
        if self.random.random() < 0.3:
            after = self.task()[0]
            self.parts += [boundary(f"{id}s", escalation(), id, interrupting=False), flow(f"{id}s", after)]
        return id, join


def random_process(random: Random, id: str = "P", callable: tuple[str, ...] = CALLED) -> Process:
    """One random process; throwing ends are put on some of its scopes' ends."""
    process = replace(Drawing(random, callable).process(), id=id)
    for end_id, part in list(process.nodes.items()):
        none = part.kind is Kind.END_EVENT and (part.event is None or part.event.kind is EventKind.NONE)
        if none and random.random() < (0.15 if part.scope is not None else 0.08):
            on = random.choice((error("E"), escalation("S"), event(EventKind.TERMINATE)))
            process = replace(process, nodes={**process.nodes, end_id: replace(part, event=on)})
    return process


def random_family(random: Random) -> tuple[Process, ...]:
    """A process that calls and those it may call; the first of these may call the second."""
    first, second = CALLED
    caller = random_process(random)
    while not any(node.kind is Kind.CALL_ACTIVITY for node in caller.nodes.values()):
        caller = random_process(random)
    return caller, random_process(random, first, (second,)), random_process(random, second, ())
