"""Signers of a task inside somebody else's transaction: who may be asked where, asking, taking back, reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from accounts.models import User
from bpmn import queries as definitions
from config import clock
from tasks_inbox import audiences, operations, signer_form
from tasks_inbox.models import Signer, WorkItem, WorkItemEvent
from workflows import queries as processes
from workflows.families import Family
from workflows.models import ProcessInstance
from workflows.operations import add_signer, remove_signer
from workflows.rows import Table

Where = Signer.Where
ADD_HEADER, ADVICE_HEADER = "addSigner", "signers"
NONE, ANY, ADVISORY = "none", "any", "advisory"
MOST_AT_ONCE = 20
NOTE_LIMIT = 1_000

_SIGNERS, _ITEMS = Table(Signer), Table(WorkItem)


@dataclass(frozen=True, slots=True)
class Asked:
    """A signer as people see them. ``item`` is None until they are asked; ``is_over`` when nobody waits for them."""

    signer: Signer
    item: WorkItem | None
    is_over: bool

    @property
    def state(self) -> str:
        """ "removed", "signed", "asked", "later", or "closed" where it ended without them."""
        if not self.signer.is_asked:
            return "removed"
        if self.item is not None and self.item.status == WorkItem.Status.COMPLETED:
            return "signed"
        if self.is_over or (self.item is not None and not self.item.is_open):
            return "closed"
        return "asked" if self.item is not None else "later"

    @property
    def outcome(self) -> str:
        """What they said."""
        return self.item.outcome if self.item is not None and self.state == "signed" else ""

    @property
    def comment(self) -> str:
        """Why."""
        said = self.item.answers.get(signer_form.COMMENT) if self.item is not None and self.state == "signed" else ""
        return said if isinstance(said, str) else ""


# --- where ----------------------------------------------------------------------------------------------------------


def places(item: WorkItem) -> tuple[Signer.Where, ...]:
    """Where the model lets somebody be added to an item; the header ``addSigner`` limits it."""
    if not item.is_open or not _is_user_task(item):
        return ()
    chosen = str(item.headers.get(ADD_HEADER, ANY)).strip().lower() or ANY
    if chosen == ANY:
        return tuple(Where)
    return tuple(where for where in Where if where.value == chosen)


def _is_user_task(item: WorkItem) -> bool:
    node = definitions.version_bundle(item.instance.version_id).process.nodes.get(item.element)
    return node is not None and node.kind.value == "userTask"


def is_advisory(activity: WorkItem) -> bool:
    """Whether signers decide nothing: the header ``signers`` says so, or the form of the task knows no rejection."""
    if str(activity.headers.get(ADVICE_HEADER, "")).strip().lower() == ADVISORY:
        return True
    forms = definitions.version_bundle(activity.instance.version_id).forms
    return not signer_form.may_reject(forms.get(activity.form))


def activity_of(item: WorkItem) -> WorkItem:
    """The item all signing is about: itself, or of a signer's item the one at the end of the chain."""
    if not item.signing:
        return item
    asked = Signer.objects.select_related("activity").filter(item__instance=item.instance_id, step=item.step).first()
    if asked is None:
        return item
    asked.activity.instance = item.instance
    return asked.activity


# --- asking and taking back -----------------------------------------------------------------------------------------


def ask(
    family: Family, item: WorkItem, people: Sequence[User], *, where: Signer.Where, actor: User, note: str
) -> list[Signer]:
    """Add people to a locked open item, with one event; those asked now have an item of their own and are told."""
    assert connection.in_atomic_block
    activity = activity_of(item)
    advisory = where != Where.BEFORE and is_advisory(activity)
    rows = []
    for person in people:
        step = add_signer(
            family,
            instance_id=item.instance_id,
            step=item.step,
            person=person.username,
            where=where.value,
            advisory=advisory,
        )
        rows.append(
            Signer(
                activity=activity,
                item=item,
                step=step,
                person=person,
                where=where,
                note=note,
                advisory=advisory,
                added_by=actor,
                added_at=clock.now(),
            )
        )
    _SIGNERS.insert(rows)
    item.has_signers = True
    _ITEMS.update([item], "has_signers")
    told = {"to": [person.username for person in people], "where": where.value, "note": note}
    operations.record_event(item, WorkItemEvent.Kind.SIGNER_ADDED, actor=actor, data=told)
    operations.touch([item])
    return rows


def take_back(family: Family, signer: Signer, item: WorkItem, *, actor: User) -> None:
    """Ask a signer of a locked item no more, nor whom they asked, with one event."""
    assert connection.in_atomic_block
    remove_signer(family, instance_id=item.instance_id, step=signer.step)
    left = {entry.step for entry in processes.signers_in(family.member(item.instance_id))}
    gone = [row for row in _below(signer) if row.step not in left]
    for row in gone:
        row.removed_by, row.removed_at = actor, clock.now()
    _SIGNERS.update(gone, "removed_by", "removed_at")
    told = {"to": [signer.person.username], "where": signer.where}
    operations.record_event(item, WorkItemEvent.Kind.SIGNER_REMOVED, actor=actor, data=told)
    operations.touch([item])


def _below(signer: Signer) -> list[Signer]:
    """The signer and everybody in the chain under them who has not answered."""
    rows = list(Signer.objects.filter(activity=signer.activity_id, removed_at=None).select_related("item"))
    found, steps = [row for row in rows if row.pk == signer.pk], {signer.step}
    while more := [row for row in rows if row not in found and row.item.step in steps]:
        found += more
        steps |= {row.step for row in more}
    items = WorkItem.objects.filter(instance=signer.item.instance_id, step__in=steps)
    answered = set(items.filter(status=WorkItem.Status.COMPLETED).values_list("step", flat=True))
    return [row for row in found if row.step not in answered]


def recount(instance: ProcessInstance) -> None:
    """Let the items of an instance know how many sign before them, after signers came, answered or went."""
    waiting: dict[str, int] = {}
    for signer in processes.signers_in(instance):
        if signer.where.value == Where.BEFORE.value:
            waiting[signer.host] = waiting.get(signer.host, 0) + 1
    rows = WorkItem.objects.select_for_update().filter(instance=instance, status=WorkItem.Status.OPEN).order_by("pk")
    changed = [item for item in rows if item.awaits != waiting.get(item.step, 0)]
    for item in changed:
        item.instance = instance
        item.awaits = waiting.get(item.step, 0)
        item.version += 1
    if changed:
        _ITEMS.update(changed, "awaits", "version")
        audiences.tell(changed)


# --- reading --------------------------------------------------------------------------------------------------------


def asked_at(item: WorkItem) -> list[Asked]:
    """Everybody who was added to the activity an item belongs to, in order, those removed last.

    No query for an item nobody was ever added to.
    """
    if not (item.has_signers or item.signing):
        return []
    activity = activity_of(item)
    rows = list(
        Signer.objects.filter(activity=activity).select_related("person", "added_by").order_by("added_at", "step", "id")
    )
    if not rows:
        return []
    items = WorkItem.objects.filter(instance=item.instance_id, step__in=[row.step for row in rows])
    by_step = {each.step: each for each in items.select_related("assignee", "ended_by")}
    live = {signer.step for signer in processes.signers_in(item.instance)}
    found = [Asked(row, by_step.get(row.step), row.step not in live) for row in rows]
    return sorted(found, key=lambda asked: asked.state == "removed")


def has_been_signed_since(item: WorkItem) -> bool:
    """Whether a signer of a completed item answered after it was completed; no query where nobody was ever added."""
    if not item.has_signers or item.ended_at is None:
        return False
    steps = Signer.objects.filter(activity=item).values("step")
    done = WorkItem.objects.filter(instance=item.instance_id, step__in=steps, status=WorkItem.Status.COMPLETED)
    return done.filter(ended_at__gte=item.ended_at).exists()


def has_voice(user: User, item: WorkItem) -> bool:
    """Whether the person signs, or has, the activity an item belongs to; no query where nobody was ever added."""
    if not (item.has_signers or item.signing):
        return False
    return user.pk in people_of(activity_of(item))


def people_of(activity: WorkItem) -> set[int]:
    """Who was asked to sign an activity and is not removed, who has a signer's task instead, and who has it itself."""
    rows = Signer.objects.filter(activity=activity, removed_at=None).values_list("person", "step")
    people, steps = {person for person, _step in rows}, [step for _person, step in rows]
    theirs = WorkItem.objects.filter(instance=activity.instance_id, step__in=steps).exclude(assignee=None)
    people.update(theirs.values_list("assignee", flat=True))  # also whom it was transferred to, or who stands in
    return people | ({activity.assignee_id} if activity.assignee_id is not None else set())


def may_remove_any(user: User, asked: Iterable[Asked], item: WorkItem, *, holds: bool) -> set[str]:
    """Which signers (ids) a person may take back, as far as a page shows it; the command checks for itself."""
    open_ones = [entry.signer for entry in asked if entry.state in {"asked", "later"}]
    return {str(row.pk) for row in open_ones if (holds and row.item_id == item.pk) or row.added_by_id == user.pk}
