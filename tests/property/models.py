"""Random processes: blocks of every kind the engine runs, nested and chained, from one seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from bpmn.model import EventKind, Kind, Loop, Process
from tests.unit.engine.drawing import (
    Part,
    boundary,
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


class Drawing:
    """Draws one process. A block is a part of the diagram with one way in and one way out."""

    def __init__(self, random: Random) -> None:
        self.random = random
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
            parts.append(self.event_sub_process(depth=1))
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
        self.parts += [inclusive(split, f"{split}>{chains[-1][0]}"), inclusive(join)]
        for number, (entry, exit_) in enumerate(chains):
            condition = None if number == len(chains) - 1 else f"= x > {number}"
            self.parts += [flow(split, entry, when=condition), flow(exit_, join)]
        return split, join

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
            inner.append(self.event_sub_process(depth + 1))
        self.parts = outer
        self.parts.append(sub(id, *inner, **options))
        return id, id

    def event_sub_process(self, depth: int) -> list[Part]:
        id = self.name("es")
        on = self.random.choice((message("m" + id), duration("PT3H"), signal("global"), error("E"), escalation("S")))
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


def random_process(random: Random) -> Process:
    """One random process; throwing ends are put on some of its sub-processes' ends."""
    process = Drawing(random).process()
    for id, part in list(process.nodes.items()):
        if part.kind is Kind.END_EVENT and part.scope is not None and random.random() < 0.15:
            on = random.choice((error("E"), escalation("S"), event(EventKind.TERMINATE)))
            process = _with(process, id, on)
    return process


def _with(process: Process, id: str, on: Any) -> Process:
    from dataclasses import replace

    return replace(process, nodes={**process.nodes, id: replace(process.nodes[id], event=on)})
