"""Looking before moving: which instances would go over safely, which need a choice, which cannot, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, QuerySet

from accounts.models import User
from bpmn.models import ProcessVersion
from workflows import permissions
from workflows.definitions import loaded
from workflows.engine import Definition, StateUnreadable
from workflows.engine.migrating import Footprint, Plan, Problem, Reason, Remark, footprint, judge
from workflows.engine.migrating.fitting import Fitting
from workflows.exceptions import NotPermitted
from workflows.migrating.choices import NO_CHOICE, Choice, check_choices, plan_of
from workflows.migrating.exceptions import MigrationNotFound, VersionNotFound, VersionsUnfit
from workflows.models import MigrationBatch, MigrationResult, ProcessInstance

EXAMPLES = 5
CHUNK = 500
UNREADABLE = Footprint(at=())


class Standing(StrEnum):
    """How a group of instances stands to the other version."""

    SAFE = "safe"
    CHOICE = "needs-a-choice"
    CANNOT = "cannot"


@dataclass(slots=True)
class Group:
    """Instances that wait at the same elements: they move alike.

    ``key`` names the group in choices; ``examples`` are a few of its instances, the oldest first.
    """

    key: str
    standing: Standing
    open: tuple[str, ...]
    at: tuple[str, ...]
    problems: tuple[Problem, ...]
    remarks: tuple[Remark, ...]
    count: int = 0
    suspended: int = 0
    examples: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """All groups, those in the way first, then the largest first."""

    process_key: str
    source: int
    target: int
    mapping: Mapping[str, str]
    groups: tuple[Group, ...]

    def count(self, standing: Standing) -> int:
        """How many instances stand so."""
        return sum(group.count for group in self.groups if group.standing is standing)

    @property
    def total(self) -> int:
        """How many instances run under the source version."""
        return sum(group.count for group in self.groups)


def preview_migration(
    *,
    actor: User | None,
    process_key: str,
    source: int,
    target: int,
    mapping: Mapping[str, str] | None = None,
    choices: Mapping[str, Choice] | None = None,
    instances: Iterable[UUID] | None = None,
) -> Preview:
    """How the running instances of version ``source`` (or the chosen ones) would go over to version ``target``.

    Elements are taken for each other by id and by ``mapping``; with ``choices`` by group key the groups are judged as
    chosen. As many queries however many instances there are. For operators and publishers; raises NotPermitted,
    VersionNotFound, VersionsUnfit, MappingUnfit.
    """
    require_mover(actor)
    old, new = versions_of(process_key, source, target)
    chosen = dict(choices or {})
    sorting = Sorting(loaded(old.pk).definition, loaded(new.pk).definition, dict(mapping or {}), chosen)
    groups: dict[str, Group] = {}
    for row, stands in standing_of(sorting.old, movable(old, instances)):
        key = key_of(stands)
        group = groups.get(key) or groups.setdefault(key, sorting.group(stands))
        group.count += 1
        group.suspended += row.status == ProcessInstance.Status.SUSPENDED
        if len(group.examples) < EXAMPLES:
            group.examples += (row.pk,)
    order = list(Standing)[::-1]
    ordered = sorted(groups.values(), key=lambda group: (order.index(group.standing), -group.count, group.key))
    return Preview(process_key, source, target, dict(mapping or {}), tuple(ordered))


class Sorting:
    """Judges footprints, each once. Raises MappingUnfit for elements that are not there."""

    def __init__(
        self, old: Definition, new: Definition, mapping: Mapping[str, str], choices: Mapping[str, Choice]
    ) -> None:
        check_choices(old, new, mapping, choices.values())
        self.old, self.new, self.mapping, self.choices = old, new, mapping, choices
        self._fittings: dict[str, Fitting] = {}

    def fitting(self, key: str) -> Fitting:
        """How the two versions fit together for a group."""
        name = key if key in self.choices else ""
        if name not in self._fittings:
            plan: Plan = plan_of(self.mapping, self.choices.get(name, NO_CHOICE))
            self._fittings[name] = Fitting(self.old, self.new, plan)
        return self._fittings[name]

    def group(self, stands: Footprint) -> Group:
        """The group of instances that stand so, still empty."""
        key = key_of(stands)
        if stands is UNREADABLE:
            return Group(key, Standing.CANNOT, (), (), (Problem("", Reason.UNREADABLE),), ())
        verdict = judge(self.fitting(key), stands)
        standing = Standing.CANNOT
        if verdict.is_safe:
            standing = Standing.SAFE
        elif verdict.is_choice:
            standing = Standing.CHOICE
        return Group(key, standing, stands.open, stands.at, verdict.problems, verdict.remarks)


def key_of(stands: Footprint) -> str:
    """The name of the group of all that stand so; the same at every preview."""
    facts = (stands.at, stands.open, stands.arrived, stands.undo, stands.held)
    return hashlib.blake2b(repr(facts).encode(), digest_size=8).hexdigest()


def movable(version: ProcessVersion, instances: Iterable[UUID] | None = None) -> QuerySet[ProcessInstance]:
    """The running and suspended instances of a version, or the chosen ones among them, oldest first."""
    rows = ProcessInstance.objects.filter(version=version, status__in=ProcessInstance.LIVE)
    if instances is not None:
        rows = rows.filter(pk__in=list(instances))
    return rows.only("pk", "state", "status").order_by("started_at", "pk")


def running_by_version(process_key: str) -> dict[int, int]:
    """How many instances run or are suspended under each version of a process that has any."""
    rows = ProcessInstance.objects.filter(process_key=process_key, status__in=ProcessInstance.LIVE)
    return dict(rows.values_list("version__number").annotate(number=Count("pk")).order_by())


def standing_of(definition: Definition, rows: QuerySet[ProcessInstance]) -> Iterator[tuple[ProcessInstance, Footprint]]:
    """Each instance with where it stands, read in batches by one query."""
    for row in rows.iterator(chunk_size=CHUNK):
        try:
            yield row, footprint(definition, bytes(row.state))
        except StateUnreadable:
            yield row, UNREADABLE


def versions_of(process_key: str, source: int, target: int) -> tuple[ProcessVersion, ProcessVersion]:
    """Both versions. Raises VersionNotFound, VersionsUnfit."""
    rows = ProcessVersion.objects.filter(definition__key=process_key, number__in=[source, target])
    found = {row.number: row for row in rows}
    if source not in found or target not in found:
        raise VersionNotFound
    if source == target or found[target].status == ProcessVersion.Status.WITHDRAWN:
        raise VersionsUnfit
    return found[source], found[target]


def require_mover(actor: User | None) -> None:
    """Raise NotPermitted unless the person operates or publishes processes; the system (None) always may."""
    if actor is not None and not (permissions.may_operate(actor) or permissions.may_publish(actor)):
        raise NotPermitted


# --- batches --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is, in instances."""

    total: int
    pending: int = 0
    migrated: int = 0
    left: int = 0
    failed: int = 0
    undone: int = 0


def migrations(actor: User | None, process_key: str = "") -> QuerySet[MigrationBatch]:
    """The batches, newest first. Raises NotPermitted."""
    require_mover(actor)
    rows = MigrationBatch.objects.select_related("source", "target", "created_by").order_by("-created_at", "pk")
    return rows.filter(process_key=process_key) if process_key else rows


def migration(actor: User | None, batch_id: UUID | str) -> MigrationBatch:
    """One batch. Raises MigrationNotFound, NotPermitted."""
    found = migrations(actor).filter(pk=batch_id).first()
    if found is None:
        raise MigrationNotFound
    return found


def progress(batch: MigrationBatch) -> Progress:
    """The counts of a batch in one query."""
    rows = MigrationResult.objects.filter(batch=batch).values_list("status").annotate(number=Count("pk"))
    return Progress(batch.total, **dict(rows))


def results(batch: MigrationBatch, status: str = "") -> QuerySet[MigrationResult]:
    """What became of each instance, with the instance but without any state."""
    rows = MigrationResult.objects.filter(batch=batch).select_related("instance", "undone_by")
    rows = rows.defer("state_before", "instance__state").order_by("pk")
    return rows.filter(status=status) if status else rows
