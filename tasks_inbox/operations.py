"""Work on items inside somebody else's transaction: opening, giving, closing, remembering."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from accounts import queries as people
from accounts.models import OrgUnit, User
from bpmn import forms
from bpmn import queries as definitions
from config import clock
from tasks_inbox import acting, audiences, contents, drafts, segregation, signer_form
from tasks_inbox.consulting import withdraw_questions
from tasks_inbox.exceptions import AnswersTooLarge
from tasks_inbox.ladder import next_reminder, next_rung
from tasks_inbox.locks import lock_items_at
from tasks_inbox.models import NEVER, Candidate, WorkItem, WorkItemEvent
from tasks_inbox.offers import Offer, keep_offers, load_offers, offers_of
from workflows import queries as processes
from workflows import statements
from workflows.families import Family
from workflows.models import HistoryEvent, ProcessInstance
from workflows.observers import OpenedStep
from workflows.operations import complete_step
from workflows.rows import Table
from workflows.storing import record_event as record_history

_ITEMS, _CANDIDATES, _EVENTS = Table(WorkItem), Table(Candidate), Table(WorkItemEvent)
_ENDING = (
    *("status", "ended_at", "ended_by", "next_reminder_at", "clock_stopped_at", "version", "answers", "outcome"),
    *("assignee", "on_behalf_of"),
)
_ENDS_DELEGATION = frozenset(
    {WorkItemEvent.Kind.TRANSFERRED, WorkItemEvent.Kind.RELEASED, WorkItemEvent.Kind.HANDED_BACK}
)
_WITHDRAW = """
UPDATE tasks_inbox_candidate AS offered SET available = false FROM updated
WHERE offered.item_id = updated.id AND offered.available
"""
_OFFER = """
UPDATE tasks_inbox_candidate SET available = %(available)s
WHERE item_id = %(item)s AND NOT escalated AND available <> %(available)s
"""
_TOUCH = "UPDATE tasks_inbox_workitem SET version = version + 1 WHERE id = ANY(%s)"

DRAFT_LIMIT = 200_000
_ENDS_AS = "_baton_ends_as"
_VARIABLES_KEPT_AS = "_baton_variables"
EXCLUDED_PEOPLE = "excluded_people"


def open_items(instance: ProcessInstance, steps: Sequence[OpenedStep]) -> list[WorkItemEvent]:
    """Put newly opened human steps into the inboxes, in as many statements however many they are.

    The caller records the events this returns.
    """
    assert connection.in_atomic_block
    if not steps:
        return []
    named = {name for step in steps for name in (step.assignee, *step.candidate_users) if name}
    persons = {user.username: user for user in User.objects.filter(username__in=named, is_active=True)} if named else {}
    unit = OrgUnit.objects.filter(pk=instance.org_unit).first() if instance.org_unit else None
    items = [_new_item(instance, step, persons.get(step.assignee or ""), unit) for step in steps]
    _seat(items)
    _remind(items, unit)
    _ITEMS.insert(items)
    _CANDIDATES.insert([row for item, step in zip(items, steps, strict=True) for row in _offer(item, step, persons)])
    audiences.tell(items)
    return [_event(item, WorkItemEvent.Kind.CREATED, on_behalf_of=item.on_behalf_of_id) for item in items]


def close_items(
    instance: ProcessInstance,
    completed: Sequence[str],
    cancelled: Sequence[str],
    *,
    actor: User | None,
    at_hand: Mapping[str, WorkItem] = MappingProxyType({}),
) -> list[WorkItemEvent]:
    """Take ended steps out of the inboxes; whoever had one is told at commit. The caller records the events.

    ``at_hand`` are items by step that are locked already; what they were answered is stored with their end.
    """
    assert connection.in_atomic_block
    now = clock.now()
    events: list[WorkItemEvent] = []
    for steps, status, kind in (
        (completed, WorkItem.Status.COMPLETED, WorkItemEvent.Kind.COMPLETED),
        (cancelled, WorkItem.Status.CANCELLED, WorkItemEvent.Kind.CANCELLED),
    ):
        items = [at_hand[step] for step in steps if step in at_hand]
        items += lock_items_at(instance, [step for step in steps if step not in at_hand])
        if not items:
            continue
        for item in items:
            if kind == WorkItemEvent.Kind.COMPLETED and actor is not None and item.step in at_hand:
                item.on_behalf_of_id = acting.acting_for(actor, item)
            item.end(status, at=item.accepted_at or now, by=actor)
        load_offers(items)
        _ITEMS.update([item for item in items if offers_of(item)], *_ENDING, then=_WITHDRAW)
        _ITEMS.update([item for item in items if not offers_of(item)], *_ENDING)
        audiences.tell(items, also=withdraw_questions(items), by=actor.pk if actor else None)
        events += [_ended(item, kind, actor) for item in items]
    return events


def _ended(item: WorkItem, kind: str, actor: User | None) -> WorkItemEvent:
    """The event of an end; what was completed for somebody absent stands in the history of the process, too."""
    done_for = item.on_behalf_of_id if kind == WorkItemEvent.Kind.COMPLETED and actor is not None else None
    kind, data, acts_for = item.__dict__.pop(_ENDS_AS, (kind, {}, None))
    event = _event(item, kind, actor=actor, on_behalf_of=done_for or acts_for)
    event.data = data
    event.at = item.ended_at or event.at
    if done_for is not None or data:
        _into_history(event)
    return event


def end_as(item: WorkItem, kind: str, data: Mapping[str, Any], *, on_behalf_of: int | None = None) -> None:
    """When the item at hand ends in this transaction, say so as this act rather than as a bare end."""
    item.__dict__[_ENDS_AS] = (kind, dict(data), on_behalf_of)


def come_back(items: Iterable[WorkItem], *, actor: User | None) -> list[WorkItemEvent]:
    """The events of withdrawn items that are open again after rework; the caller records them."""
    return [_event(item, WorkItemEvent.Kind.CAME_BACK, actor=actor) for item in items]


def give(
    item: WorkItem,
    *,
    to: User | None,
    kind: str,
    actor: User | None,
    data: Mapping[str, Any] | None = None,
    on_behalf_of: int | None = None,
) -> None:
    """Make ``to`` the holder of a locked item (None: its queue again), with one event; old and new people are told.

    ``on_behalf_of`` is the absent person (by id) for whom ``to`` stands in, where they get it only for that.
    A delegated item that is transferred, released or handed back is delegated no longer.
    """
    assert connection.in_atomic_block
    before, acts_for = item.assignee_id, acting.acting_for(actor, item) if actor is not None else None
    if on_behalf_of is not None and kind == WorkItemEvent.Kind.CLAIMED:
        acts_for = on_behalf_of
    item.assignee, item.on_behalf_of_id = to, on_behalf_of
    item.claimed_at = clock.now() if to is not None else None
    item.opened_at = None
    if kind in _ENDS_DELEGATION:
        item.delegated_by = None
    item.version += 1
    _ITEMS.update([item], "assignee", "on_behalf_of", "delegated_by", "claimed_at", "opened_at", "version")
    statements.later(_OFFER, {"available": to is None, "item": item.pk})
    record_event(item, kind, actor=actor, on_behalf_of=acts_for, data=data, resolved=True)
    audiences.tell([item], also=[before] if before else [], by=to.pk if to else None)


def let_keep(item: WorkItem) -> None:
    """Let the holder of a locked item have it in their own name."""
    assert connection.in_atomic_block
    item.on_behalf_of_id = None
    item.version += 1
    _ITEMS.update([item], "on_behalf_of", "version")
    audiences.tell([item])


def change_owner(item: WorkItem, owner: User) -> None:
    """Let a locked delegated item come back to somebody else."""
    assert connection.in_atomic_block
    item.delegated_by = owner
    _ITEMS.update([item], "delegated_by")


def offer_to(item: WorkItem, group_key: str) -> None:
    """Offer a new item, which nobody has, to one more queue."""
    assert connection.in_atomic_block
    sort_at = item.due_at or NEVER
    row = Candidate(item=item, group_key=group_key, sort_at=sort_at, created_at=item.created_at, available=True)
    _CANDIDATES.insert([row], "DO NOTHING")
    keep_offers(item, [*offers_of(item), Offer(group_key, None)])
    audiences.tell([item])


def new_event(item: WorkItem, kind: str, *, data: Mapping[str, Any]) -> WorkItemEvent:
    """An event of the system on an item whose family is locked; the caller records it."""
    event = _event(item, kind)
    event.data = dict(data)
    _into_history(event)
    return event


def complete_as(
    family: Family, item: WorkItem, answers: Mapping[str, Any], *, kind: str, data: Mapping[str, Any]
) -> None:
    """Complete a locked item without a person, as a rule says; its one event says which."""
    assert connection.in_atomic_block
    outcome = answers.get("outcome")
    item.answers, item.outcome = dict(answers), outcome[:64] if isinstance(outcome, str) else ""
    end_as(item, kind, data)
    family.at_hand[item.instance_id, item.step] = item
    complete_step(family, instance_id=item.instance_id, step=item.step, variables=item.answers)


def climb(item: WorkItem) -> None:
    """Take the next rung of a locked late item's due-date ladder: remind, and offer it to people above the holder."""
    assert connection.in_atomic_block
    rung = next_rung(item)
    if rung is None:
        return
    above = _people_above(item, rung.level)
    _CANDIDATES.insert(
        [
            Candidate(item=item, user=person, escalated=True, sort_at=item.due_at or NEVER, created_at=item.created_at)
            for person in above
        ],
        "DO NOTHING",
    )
    keep_offers(item, [*offers_of(item), *(Offer("", person.pk, escalated=True) for person in above)])
    item.reminded_percent = rung.percent
    _remind([item], item.org_unit)
    item.version += 1
    _ITEMS.update([item], "reminded_percent", "next_reminder_at", "version")
    kind = WorkItemEvent.Kind.ESCALATED if above else WorkItemEvent.Kind.REMINDED
    record_event(item, kind, actor=None, data={"percent": rung.percent, "to": [person.username for person in above]})
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


def record_event(
    item: WorkItem,
    kind: str,
    *,
    actor: User | None,
    on_behalf_of: int | None = None,
    data: Mapping[str, Any] | None = None,
    resolved: bool = False,
) -> WorkItemEvent:
    """Write one event row, and its act into the history of the process, whose family must be locked.

    For whom the actor acts is found by itself; where the item has changed hands before, ``resolved`` says that
    ``on_behalf_of`` is the answer.
    """
    if on_behalf_of is None and actor is not None and not resolved:
        on_behalf_of = acting.acting_for(actor, item)
    event = _event(item, kind, actor=actor, on_behalf_of=on_behalf_of)
    event.data = dict(data or {})
    record([event])
    _into_history(event)
    return event


def _into_history(event: WorkItemEvent) -> None:
    item, absent = event.item, event.on_behalf_of
    whom = absent.username if absent is not None else None
    told = event.data | {"task": str(item.pk), "act": str(event.kind), "on_behalf_of": whom}
    kept, actor = HistoryEvent.Kind.TASK, event.actor
    record_history(item.instance, kept, now=event.at, actor=actor, data=told, element=item.element, step=item.step)


def record(events: Sequence[WorkItemEvent]) -> None:
    """Write events; the layers above (settings.WORK_ITEM_OBSERVERS) see them in this transaction."""
    if not events:
        return
    _EVENTS.insert(events)
    for observe in _observers(tuple(settings.WORK_ITEM_OBSERVERS)):
        observe(events)


@lru_cache(maxsize=4)
def _observers(paths: tuple[str, ...]) -> tuple[Callable[[Sequence[WorkItemEvent]], None], ...]:
    return tuple(import_string(path) for path in paths)


def touch(items: Iterable[WorkItem]) -> None:
    """Raise the version of items whose row shows something new and tell the screens."""
    rows = list(items)
    statements.later(_TOUCH, [[item.pk for item in rows]])
    for item in rows:
        item.version += 1
    audiences.tell(rows)


def validated_answers(
    item: WorkItem, answers: Mapping[str, Any], *, actor: User, at: datetime | None = None
) -> dict[str, Any]:
    """The answers as the form accepts them; raises FormRefused naming each wrong field. No form takes no answers.

    "Today" on the form is the actor's day, now or ``at`` the moment they were accepted.
    """
    schema = form_of(item)
    if schema is None:
        return {}
    today = (at or clock.now()).astimezone(actor.time_zone).date()
    cleaned = forms.validate(schema, answers, form_variables(item), today=today)
    return signer_form.own_answers(item, cleaned) if item.signing else cleaned


def form_of(item: WorkItem) -> Any:
    """The item's form as deployed with the version its process runs under, or None; signers have their own."""
    deployed = definitions.version_bundle(item.instance.version_id).forms.get(item.form) if item.form else None
    return signer_form.form_for(item, deployed) if item.signing else deployed


def shown_mark(item: WorkItem, *, record: int = 0) -> contents.Mark:
    """The mark of what the item's form shows now; whoever decides sends back the one of what they saw.

    ``record`` is the revision of the record that is shown beside it (`records.revision_of`), 0 when none is.
    """
    return contents.mark_of(item, form_variables(item), form_of(item), record=record)


def form_variables(item: WorkItem) -> dict[str, Any]:
    """What the item's form may show: the variables at its step; for a signer without anybody else's decision."""
    variables = step_variables(item)
    return signer_form.without_decision(item, variables) if item.signing else variables


def step_variables(item: WorkItem) -> dict[str, Any]:
    """All process variables visible at the item's step in the state its process was read in; unpacked once."""
    state, kept = getattr(item, _VARIABLES_KEPT_AS, (None, {}))
    if state is not item.instance.state:
        state, kept = item.instance.state, processes.step_variables(item.instance, item.step)
        setattr(item, _VARIABLES_KEPT_AS, (state, kept))
    return dict(kept)


def complete(family: Family, item: WorkItem, answers: Mapping[str, Any], *, actor: User) -> None:
    """Move the process on with what was decided; the actor's draft goes, and an untaken item becomes theirs.

    The item must be at hand in its locked family: its answers are stored with its end. Where the step failed before it
    was left the item stays open, and keeps the answers.
    """
    if item.assignee_id is None:
        item.on_behalf_of_id = acting.taken_for(actor, item)
    item.answer(dict(answers), by=actor)
    drafts.drop(item, actor)
    variables = signer_form.signature(item.answers, actor) if item.signing else item.answers
    complete_step(family, instance_id=item.instance_id, step=item.step, variables=variables)
    if item.is_open:
        _ITEMS.update([item], "answers", "outcome", "assignee", "on_behalf_of")


def plain_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """A draft as typed, refused only when absurdly large."""
    if len(repr(answers)) > DRAFT_LIMIT:
        raise AnswersTooLarge
    return dict(answers)


def is_excluded(user: User, item: WorkItem) -> bool:
    """Whether the four-eyes rule keeps this person from the item: the model lists people, their stand-ins count too."""
    return user.pk in excluded_people(item)


def excluded_people(item: WorkItem) -> frozenset[int]:
    """The ids of the people the four-eyes rule keeps from the item, with everybody who stands in for one of them.

    They are those the model lists in a variable, and those whom a header of the task keeps from it.
    """
    kept_out: list[User | str] = [*excluded_names(item), *segregation.kept_apart(item)]
    return people.barred_people(kept_out, clock.now()) if kept_out else frozenset()


def excluded_names(item: WorkItem) -> list[str]:
    """The people the model lists in the variable ``excluded_people``, by username."""
    return [name for name in step_variables(item).get(EXCLUDED_PEOPLE) or [] if isinstance(name, str)]


def seat_of(item: WorkItem, named: User) -> User:
    """Who gets an item that is meant for somebody: their substitute now, or they themselves.

    Passed over is who the four-eyes rule keeps from the item; where no other substitute may do it, it waits for them.
    """
    return _allowed(item, named, people.stand_in_for(named, clock.now(), item.process_key, item.org_unit))


def _allowed(item: WorkItem, named: User, nearest: User) -> User:
    barred = excluded_people(item) if nearest.pk != named.pk else frozenset()
    if nearest.pk not in barred:
        return nearest
    return people.stand_in_for(named, clock.now(), item.process_key, item.org_unit, barred=barred)


def _seat(items: Sequence[WorkItem]) -> None:
    """Let substitutes have what is meant for people who are away; one question for each person named."""
    nearest: dict[int, User] = {}
    for item in items:
        named = item.assignee
        if named is not None and segregation.has_rules(item):
            named = item.assignee = segregation.next_above(item, named, excluded_people(item))
        if named is None:
            item.claimed_at = None
            continue
        if named.pk not in nearest:
            nearest[named.pk] = people.stand_in_for(named, clock.now(), item.process_key, item.org_unit)
        found = _allowed(item, named, nearest[named.pk])
        if found.pk != named.pk:
            item.assignee, item.on_behalf_of = found, named


def _new_item(instance: ProcessInstance, step: OpenedStep, assignee: User | None, unit: OrgUnit | None) -> WorkItem:
    now = clock.now()
    return _ITEMS.new(
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
        part_of=step.part_of or "",
        signing=step.signing,
    )


def _remind(items: Sequence[WorkItem], unit: OrgUnit | None) -> None:
    """Set when the items of a unit remind next; only those with a due moment ask for its working hours."""
    due = [item for item in items if item.due_at is not None]
    calendar = people.calendar_of(unit) if due else None
    for item in items:
        item.next_reminder_at = next_reminder(item, calendar) if calendar is not None else None


def _offer(item: WorkItem, step: OpenedStep, persons: Mapping[str, User]) -> list[Candidate]:
    to: list[dict[str, Any]] = [
        {"user": persons[name]} for name in dict.fromkeys(step.candidate_users) if name in persons
    ]
    to += [{"group_key": key} for key in dict.fromkeys(step.candidate_groups) if key]
    moments = {"sort_at": item.due_at or NEVER, "created_at": item.created_at}
    rows = [_CANDIDATES.new(item=item, available=item.assignee_id is None, **moments, **whom) for whom in to]
    keep_offers(item, (Offer(row.group_key, row.user_id) for row in rows))
    return rows


def _event(item: WorkItem, kind: str, *, actor: User | None = None, on_behalf_of: int | None = None) -> WorkItemEvent:
    return _EVENTS.new(item=item, kind=kind, at=clock.now(), actor=actor, on_behalf_of_id=on_behalf_of)
