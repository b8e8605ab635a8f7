"""A process with a call, a parallel block, a timer, an effect, a failing handler, lookups and two kinds of ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.support import running
from tests.support.diagrams import boundary, call, catch, diagram, end, parallel, script, service, start, user
from workflows import commands
from workflows.models import ProcessInstance
from workflows.registry import BpmnError, effect, host_function, service_task

MAIN = diagram(
    "everything",
    "begin -> reckon -> fork -> ask -> join -> try -> note -> mail -> done",
    "fork -> child -> join",
    "late -> shout",
    "wrong -> sorry",
    begin=start(),
    reckon=script('{ "due": later(4), "years": 1e16, "ratio": -0.0, "sum": amount * 2 }', "reckoned"),
    fork=parallel(),
    ask=user(group="finance"),
    late=boundary("ask", timer="PT8H", interrupting=False),
    shout=end(),
    child=call("inner"),
    join=parallel(),
    **{"try": service("test.try", inputs={"amount": "amount"})},
    wrong=boundary("try", error="WRONG"),
    sorry=end(),
    note=user(),
    mail=service("test.mail"),
    done=end(),
)
INNER = diagram(
    "inner",
    "begin -> look -> wait -> done",
    begin=start(),
    look=user(),
    wait=catch(timer="PT1H"),
    done=end(),
)


class World:
    """What answers the process; ``asked`` counts how often."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers: list[object] = []
        service_task("test.try")(self._try)
        effect("test.mail")(self._mail)
        host_function("later")(self._later)

    def _try(self, step, *, amount: int):  # noqa: ANN001
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else {"tried": amount}
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _mail(self, step):  # noqa: ANN001
        self.asked += 1
        return {"message_id": "m-1"}

    def _later(self, hours: int) -> datetime:
        self.asked += 1
        return datetime(2026, 1, 5, 9, 0, tzinfo=UTC) + timedelta(hours=hours)


def begin(world: World, *, actor=None, **variables) -> ProcessInstance:  # noqa: ANN001
    """Deploy and start."""
    running.deploy(MAIN, INNER)
    return running.start("everything", actor=actor, amount=21, **variables)


def walk(clock, world: World, alice, operator, **variables):  # noqa: ANN001, ANN201
    """Every way through the process, one step at a time; yields the instance after each."""
    world.answers = [ValueError("no connection"), BpmnError("WRONG", "not so", {"hint": "x"})]
    instance = begin(world, actor=alice, **variables)
    yield instance
    clock.advance(timedelta(hours=9))
    running.settle()
    yield instance
    commands.suspend_process(actor=operator, instance_id=instance.pk, reason="audit")
    yield instance
    commands.change_variables(actor=operator, instance_id=instance.pk, variables={"amount": 22, "seen": True})
    yield instance
    commands.resume_process(actor=operator, instance_id=instance.pk)
    yield instance
    running.complete(ProcessInstance.objects.get(parent=instance), "look", {"looked": "yes"}, actor=alice)
    yield instance
    clock.advance(timedelta(hours=2))
    running.settle()
    yield instance
    running.complete(instance, "ask", {"answer": "approve"}, actor=alice)
    yield instance
    running.settle()
    clock.advance(timedelta(hours=2))
    running.settle()
    yield instance


def walked(clock, alice, operator, **variables) -> ProcessInstance:  # noqa: ANN001
    """The ended instance at the end of the walk."""
    *_, instance = walk(clock, World(), alice, operator, **variables)
    return running.reload(instance)
