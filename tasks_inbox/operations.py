"""Work on items inside somebody else's transaction: opening, giving, closing, remembering."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils.module_loading import import_string

from accounts import queries as people
from accounts.models import OrgUnit, User
from bpmn import forms
from bpmn import queries as definitions
from config import clock
from tasks_inbox import audiences
from tasks_inbox.exceptions import AnswersTooLarge, WorkItemUnknown
from tasks_inbox.ladder import next_reminder, next_rung
from tasks_inbox.models import NEVER, Candidate, Draft, WorkItem, WorkItemEvent
from workflows import queries as processes
from workflows.models import ProcessInstance
from workflows.observers import OpenedStep

DRAFT_LIMIT = 200_000
EXCLUDED_PEOPLE = "excluded_people"


def open_items(instance: ProcessInstance, steps: Sequence[OpenedStep]) -> list[WorkItem]:
    """Put newly opened human steps into the inboxes; four statements however many they are."""
    assert connection.in_atomic_block
    named = {name for step in steps for name in (step.assignee, *step.candidate_users) if name}
    persons = {user.username: user for user in User.objects.filter(username__in=named, is_active=True)} if named else {}
    unit = OrgUnit.objects.filter(pk=instance.org_unit).first() if instance.org_unit else None
    items = [
        _new_item(instance, step, _holder(instance, persons.get(step.assignee or ""), unit), unit) for step in steps
    ]
    WorkItem.objects.bulk_create(items)
    Candidate.objects.bulk_create(
        candidate for item, step in zip(items, steps, strict=True) for candidate in _candidates(item, step, persons)
    )
    publish(WorkItemEvent.objects.bulk_create(_event(item, WorkItemEvent.Kind.CREATED) for item in items))
    audiences.tell(items)
    return items


def close_items(
    instance: ProcessInstance, completed: Sequence[str], cancelled: Sequence[str], *, actor: User | None
) -> None:
    """Take ended steps out of the inboxes; whoever had one is told at commit."""
    assert connection.in_atomic_block
    now = clock.now()
    for steps, status, kind in (
        (completed, WorkItem.Status.COMPLETED, WorkItemEvent.Kind.COMPLETED),
        (cancelled, WorkItem.Status.CANCELLED, WorkItemEvent.Kind.CANCELLED),
    ):
        if not steps:
            continue
        items = list(WorkItem.objects.filter(instance=instance, step__in=steps, status=WorkItem.Status.OPEN))
        if not items:
            continue
        ids = [item.pk for item in items]
        WorkItem.objects.filter(pk__in=ids).update(
            status=status, ended_at=now, ended_by=actor, next_reminder_at=None, version=F("version") + 1
        )
        Candidate.objects.filter(item__in=ids, available=True).update(available=False)
        publish(WorkItemEvent.objects.bulk_create(_event(item, kind, actor=actor) for item in items))
        for item in items:
            item.version += 1
        audiences.tell(items, by=actor.pk if actor else None)


def give(item: WorkItem, *, to: User | None, kind: str, actor: User, data: Mapping[str, Any] | None = None) -> None:
    """Make ``to`` the holder of a locked item (None: its queue again), with one event; old and new people are told."""
    assert connection.in_atomic_block
    before = item.assignee_id
    item.assignee = to
    item.claimed_at = clock.now() if to is not None else None
    item.opened_at = None
    item.version += 1
    item.save(update_fields=["assignee", "claimed_at", "opened_at", "version"])
    Candidate.objects.filter(item=item, escalated=False).exclude(available=to is None).update(available=to is None)
    record(item, kind, actor=actor, on_behalf_of=before if before not in {None, actor.pk} else None, data=data)
    audiences.tell([item], also=[before] if before else [], by=to.pk if to else None)


def climb(item: WorkItem) -> None:
    """Take the next rung of a locked late item's due-date ladder: remind, and offer it to people above the holder."""
    assert connection.in_atomic_block
    rung = next_rung(item)
    if rung is None:
        return
    above = _people_above(item, rung.level)
    Candidate.objects.bulk_create(
        [
            Candidate(item=item, user=person, escalated=True, sort_at=item.due_at or NEVER, created_at=item.created_at)
            for person in above
        ],
        ignore_conflicts=True,
    )
    item.reminded_percent = rung.percent
    item.next_reminder_at = next_reminder(item, people.calendar_of(item.org_unit))
    item.version += 1
    item.save(update_fields=["reminded_percent", "next_reminder_at", "version"])
    kind = WorkItemEvent.Kind.ESCALATED if above else WorkItemEvent.Kind.REMINDED
    record(item, kind, actor=None, data={"percent": rung.percent, "to": [person.username for person in above]})
    audiences.tell([item])


def _people_above(item: WorkItem, level: int) -> list[User]:
    """The holder's manager (level 1), and the director of the branch as well (level 2), without excluded people."""
    if not level:
        return []
    found = [people.manager_of(item.assignee)] if item.assignee is not None else []
    if level > 1 or not found:
        branch = people.branch_of(item.org_unit)
        found += people.members_of(f"director@{branch.code}") if branch is not None else []
    return [person for person in dict.fromkeys(found) if person is not None and not is_excluded(person, item)]


def record(
    item: WorkItem,
    kind: str,
    *,
    actor: User | None,
    on_behalf_of: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> WorkItemEvent:
    """Write one event row."""
    event = WorkItemEvent.objects.create(
        item=item, kind=kind, at=clock.now(), actor=actor, on_behalf_of_id=on_behalf_of, data=dict(data or {})
    )
    publish([event])
    return event


def publish(events: Sequence[WorkItemEvent]) -> None:
    """Let the layers above (settings.WORK_ITEM_OBSERVERS) see new events in this transaction."""
    for dotted in settings.WORK_ITEM_OBSERVERS:
        import_string(dotted)(events)


def touch(items: Iterable[WorkItem]) -> None:
    """Raise the version of items whose row shows something new and tell the screens."""
    rows = list(items)
    WorkItem.objects.filter(pk__in=[item.pk for item in rows]).update(version=F("version") + 1)
    for item in rows:
        item.version += 1
    audiences.tell(rows)


def instance_of(work_item_id: UUID) -> UUID:
    """The process an item belongs to, read without a lock so that the family can be locked first."""
    found = WorkItem.objects.filter(pk=work_item_id).values_list("instance_id", flat=True).first()
    if found is None:
        raise WorkItemUnknown
    return found


def validated_answers(item: WorkItem, answers: Mapping[str, Any], *, actor: User) -> dict[str, Any]:
    """The answers as the form accepts them; raises FormRefused naming each wrong field. No form takes no answers."""
    schema = form_of(item)
    if schema is None:
        return {}
    return forms.validate(schema, answers, step_variables(item))


def form_of(item: WorkItem) -> Any:
    """The item's form as deployed with the version its process runs under, or None."""
    if not item.form:
        return None
    return definitions.version_bundle(item.instance.version_id).forms.get(item.form)


def shown_digest(item: WorkItem) -> str:
    """A hash over what the item's form shows now; whoever decides sends back the one of what they saw."""
    schema = form_of(item)
    shown = forms.prefill(schema, step_variables(item)) if schema is not None else {}
    text = orjson.dumps(shown, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def step_variables(item: WorkItem) -> dict[str, Any]:
    """All process variables visible at the item's step, as they are now."""
    return processes.step_variables(item.instance_id, item.step)


def remember_answers(item: WorkItem, answers: Mapping[str, Any], *, actor: User) -> None:
    """Store what was decided on the item and drop the actor's draft; the holder becomes the one who completes."""
    outcome = answers.get("outcome")
    item.answers = dict(answers)
    item.outcome = outcome[:64] if isinstance(outcome, str) else ""
    item.assignee = item.assignee or actor
    item.save(update_fields=["answers", "outcome", "assignee"])
    Draft.objects.filter(item=item, user=actor).delete()


def plain_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """A draft as typed, refused only when absurdly large."""
    if len(repr(answers)) > DRAFT_LIMIT:
        raise AnswersTooLarge
    return dict(answers)


def is_excluded(user: User, item: WorkItem) -> bool:
    """Whether the four-eyes rule keeps this person from the item: the model lists people, their stand-ins count too."""
    kept_out = [name for name in step_variables(item).get(EXCLUDED_PEOPLE) or [] if isinstance(name, str)]
    return bool(kept_out) and user.pk in people.barred_people(kept_out, clock.now())


def _holder(instance: ProcessInstance, named: User | None, unit: OrgUnit | None) -> User | None:
    """Who gets what is meant for ``named``: the one who stands in for them now."""
    return people.stand_in_for(named, clock.now(), instance.process_key, unit) if named is not None else None


def _new_item(instance: ProcessInstance, step: OpenedStep, assignee: User | None, unit: OrgUnit | None) -> WorkItem:
    now = clock.now()
    item = WorkItem(
        instance=instance,
        step=step.step,
        element=step.element,
        loop=step.loop,
        name=step.name or step.element,
        process_key=instance.process_key,
        record_kind=instance.record_kind,
        record_id=instance.record_id,
        record_number=instance.number,
        org_unit=unit,
        form=step.form or "",
        headers=dict(step.headers),
        assignee=assignee,
        priority=step.priority,
        created_at=now,
        claimed_at=now if assignee else None,
        due_at=step.due,
        follow_up_at=step.follow_up,
    )
    item.next_reminder_at = next_reminder(item, people.calendar_of(unit))
    return item


def _candidates(item: WorkItem, step: OpenedStep, persons: Mapping[str, User]) -> list[Candidate]:
    rows = [Candidate(user=persons[name]) for name in dict.fromkeys(step.candidate_users) if name in persons]
    rows += [Candidate(group_key=key) for key in dict.fromkeys(step.candidate_groups) if key]
    for row in rows:
        row.item, row.sort_at, row.created_at = item, item.due_at or NEVER, item.created_at
        row.available = item.assignee is None
    return rows


def _event(item: WorkItem, kind: str, *, actor: User | None = None) -> WorkItemEvent:
    return WorkItemEvent(item=item, kind=kind, at=clock.now(), actor=actor)
