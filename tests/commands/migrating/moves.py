"""Two versions of a small process, an instance on the first, and the move to the second."""

from __future__ import annotations

from tests.support import running
from tests.support.diagrams import boundary, diagram, end, start, user
from workflows.migrating import carrying, commands
from workflows.models import MigrationBatch, MigrationResult

Status = MigrationResult.Status


def process(*names, key="work", **more):
    """begin -> names ... -> done"""
    nodes = {name: user(group="sales") for name in names} | more
    return diagram(key, " -> ".join(["begin", *names, "done"]), begin=start(), **nodes, done=end())


def with_timer(name, span, event="late"):
    return diagram(
        "work", f"begin -> {name} -> done", f"{event} -> chase -> over",
        **{"begin": start(), name: user(group="sales"), event: boundary(name, timer=span), "chase": user(),
           "done": end(), "over": end()},
    )  # fmt: skip


def deploy_both(old, new):
    running.deploy(old)
    started = running.start("work", actor=None)
    running.deploy(new)
    return started


def move(actor=None, **more):
    """Begin and carry out."""
    batch = commands.start_migration(actor=actor, process_key="work", source=1, target=2, **more)
    assert carrying.carry_on(batch.pk)
    return MigrationBatch.objects.get(pk=batch.pk)


def result_of(instance):
    return MigrationResult.objects.filter(instance=instance).latest("pk")


def version_of(instance):
    return running.reload(instance).version.number
