"""What must hold of the tasks of a family whatever people do, and what one act may change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tasks_inbox import voting
from tasks_inbox.models import Candidate, WorkItem, WorkItemEvent
from tests.property.crowds import Crowd, Tried
from workflows import queries as processes
from workflows.engine.views import ScopeView
from workflows.models import Delivery, HistoryEvent, Incident, ProcessInstance

Kind, Status = WorkItemEvent.Kind, WorkItem.Status
BY_THEMSELVES = {Kind.CREATED, Kind.CANCELLED, Kind.CAME_BACK, Kind.UNASKED, Kind.ROUTED, Kind.BLOCKED}
"""What happens to tasks because of an act on another one."""
FINISHED = {Kind.COMPLETED, Kind.SKIPPED, Kind.MERGED}
OF_SOMEBODY_ELSE = {"read", "give an opinion", "no longer ask for an opinion", "finish now"}


def check_people(crowd: Crowd) -> None:
    """Somebody can do each open task; it is offered exactly while nobody has it; only what is open is held."""
    here = {person.pk for person in crowd.crew}
    for item in crowd.all_items:
        offers = crowd.offers[item.pk]
        shown = {offer.available for offer in offers if not offer.escalated}
        assert shown <= {item.is_open and item.assignee_id is None}, f"{item} is offered wrongly"
        if not item.is_open:
            assert not any(offer.available for offer in offers), f"{item} has ended and is offered"
            continue
        somebody = any(offer.available and (offer.group_key or offer.user_id in here) for offer in offers)
        somebody = somebody or item.assignee_id in here or _is_to_be_skipped(crowd, item)
        assert somebody, f"{item} is a task of nobody"
        assert item.awaits == _before(crowd, item), f"{item} awaits {item.awaits}, not {_before(crowd, item)}"
    assert crowd.held == {item.pk: item.held_by_id for item in crowd.items if item.held_by_id}, "held acts"
    root = next(instance for instance in crowd.family if instance.pk == crowd.root.pk)
    assert root.has_held_acts is bool(crowd.held), "the mark of held acts"
    live = {instance.pk for instance in crowd.family if instance.is_live}
    assert {item.instance_id for item in crowd.items} <= live, "an open task of an ended process"


def _before(crowd: Crowd, item: WorkItem) -> int:
    """How many sign before the item and are not through, with those they asked themselves."""
    if not (item.has_signers or item.awaits):
        return 0
    instance = next(each for each in crowd.family if each.pk == item.instance_id)
    signers = processes.signers_in(instance)
    return sum(signer.host == item.step and signer.where.value == "before" for signer in signers)


def _is_to_be_skipped(crowd: Crowd, item: WorkItem) -> bool:
    """Whether the model says that nobody has to do it, and that is about to be carried out."""
    pending = Delivery.objects.filter(target=item.instance_id, status=Delivery.Status.PENDING)
    return item.headers.get("nobodyFound") == "skip" and pending.filter(variables__item=str(item.pk)).exists()


def _key(item: WorkItem) -> tuple[UUID, str]:
    return item.instance_id, item.step


def _host(item: WorkItem) -> tuple[UUID, str]:
    return item.instance_id, item.part_of


def check_ends(crowd: Crowd) -> None:
    """No task is finished twice, and none looks finished that was not."""
    crowd.completions += Counter(event.item_id for event in crowd.events if event.kind in FINISHED)
    twice = [crowd.by_id[item] for item, times in crowd.completions.items() if times > 1]
    assert not twice, f"finished twice: {twice}"
    for item in crowd.all_items:
        if item.status == Status.COMPLETED:
            assert crowd.completions[item.pk], f"{item} looks finished and nobody did it"


# --- votes ----------------------------------------------------------------------------------------------------------


def check_votes(crowd: Crowd) -> None:
    """Every vote counts once, those of withdrawn tasks do not, and who has one vote gives one."""
    polls: dict[tuple[UUID, str], list[WorkItem]] = {}
    for item in crowd.all_items:
        if item.part_of and not item.signing and item.status != Status.CANCELLED:
            polls.setdefault(_host(item), []).append(item)
    for ballots in polls.values():
        done = [item for item in ballots if item.status == Status.COMPLETED]
        if ballots[0].headers.get("onePersonOneVote"):
            voters = [item.ended_by_id for item in done if item.ended_by_id is not None]
            assert len(set(voters)) == len(voters), f"somebody voted twice: {voters}"
    for instance in crowd.family:
        if not instance.is_live:
            continue
        for scope in scopes(crowd.view(instance).scopes):
            for name, value in scope.variables.items():
                if name.startswith("ballots_") and isinstance(value, list):
                    check_ballots(crowd, instance, value, polls.get((instance.pk, scope.key)))


def check_ballots(crowd: Crowd, instance: ProcessInstance, collected: list[Any], poll: list[WorkItem] | None) -> None:
    """The collected ballots are different ones; of a vote that goes on exactly those that were given."""
    given = [ballot for ballot in collected if ballot is not None]
    assert len(set(given)) == len(given), f"a vote counts twice: {given}"
    if poll is None:
        return
    cast = sorted(str(item.answers.get("ballot")) for item in poll if item.status == Status.COMPLETED)
    assert sorted(given) == cast, f"collected {given}, given {cast}"
    going_on = next((item for item in poll if item.is_open), None)
    if going_on is not None:
        going_on.instance = instance
        found = voting.poll_of(going_on)
        assert found is None or found.voted == len(cast), f"{found} counts other votes than {cast}"


def scopes(outer: ScopeView) -> Iterator[ScopeView]:
    """The scope and all inside it."""
    yield outer
    for inner in outer.children:
        yield from scopes(inner)


# --- one act --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Before:
    """What was known before an act."""

    prints: tuple[str, str]
    held: dict[UUID, int]
    items: dict[UUID, WorkItem]
    drafts: dict[tuple[UUID, int], Any]
    offers: dict[UUID, list[Candidate]]
    variables: Any

    @classmethod
    def of(cls, crowd: Crowd) -> Before:
        root = next(instance for instance in crowd.family if instance.pk == crowd.root.pk)
        variables = crowd.view(root).variables if root.is_live else {}
        return cls(crowd.prints, crowd.held, crowd.by_id, crowd.drafts, crowd.offers, variables)


def check_refused(crowd: Crowd, tried: Tried, before: Before) -> None:
    """What is refused changes nothing, but that held acts were carried out to make way."""
    if tried.is_whole and not before.held:
        assert crowd.prints == before.prints, "it was refused and left a trace"


def check_told(crowd: Crowd, tried: Tried, before: Before) -> None:
    """An act is one event on its task by its author; one that changed nothing is none, and what it caused is told."""
    own, others = list[WorkItemEvent](), list[WorkItemEvent]()
    for event in crowd.events:
        (own if tried.item and event.item_id == tried.item.pk and event.kind == tried.told else others).append(event)
    if tried.name not in OF_SOMEBODY_ELSE:
        assert {event.actor_id for event in own} <= {tried.person.pk if tried.person else None}, "told of somebody else"
    nothing = crowd.prints == before.prints
    if tried.told and not nothing and not own and not _failed(tried, crowd):
        assert before.held, f"it is not told: {_told(crowd.events)}"
    assert len(own) <= 1, f"told {len(own)} times"
    if tried.name == "recall":
        recalls = HistoryEvent.objects.filter(instance=crowd.root, kind=HistoryEvent.Kind.OPERATED)
        assert recalls.filter(data__act="recall").count() == 1, "the recall is not told once"
    strange = [event for event in others if event.kind not in BY_THEMSELVES and not _of_held(event, before)]
    assert not strange, f"told besides: {_told(strange)}"


def _of_held(event: WorkItemEvent, before: Before) -> bool:
    return event.item_id in before.held and event.kind in {Kind.COMPLETED, Kind.NOT_CARRIED_OUT}


def _failed(tried: Tried, crowd: Crowd) -> bool:
    """Whether the process failed on the way out of the task, which is open still."""
    item = tried.item and crowd.by_id[tried.item.pk]
    return bool(item and item.is_open and _incident(crowd.incidents, item))


def _incident(incidents: Iterable[Incident], item: WorkItem) -> bool:
    return any((row.instance_id, row.step) == _key(item) for row in incidents)


def _told(events: Iterable[WorkItemEvent]) -> list[str]:
    return [f"{event.kind} {event.item_id}" for event in events]


# --- going back -----------------------------------------------------------------------------------------------------


def check_going_back(crowd: Crowd, tried: Tried, before: Before, answer: Any) -> None:
    """Going back changes no variable; who has the task again finds what they had answered."""
    if tried.name not in {"send back", "withdraw"} or before.held:
        return
    assert tried.item is not None
    root = next(instance for instance in crowd.family if instance.pk == crowd.root.pk)
    if root.is_live:
        assert crowd.view(root).variables == before.variables, "going back changed the variables"
    if tried.name == "withdraw":
        again = crowd.by_id[answer.pk]
        old = before.items[tried.item.pk]
        assert _again(crowd, again, old), f"the answers are gone: {old.answers} of {old.assignee_id}, {crowd.drafts}"


def _again(crowd: Crowd, again: WorkItem, old: WorkItem) -> bool:
    """Whether the holder has the earlier answers as their draft."""
    return not old.answers or crowd.drafts.get((again.pk, again.assignee_id or old.ended_by_id)) == old.answers


KEPT = (
    *("assignee_id", "on_behalf_of_id", "delegated_by_id", "priority", "due_at", "form", "headers", "name", "part_of"),
    *("element", "loop", "claimed_at", "has_signers", "watched", "copied", "consulted"),
)


def check_come_back(crowd: Crowd, before: Before) -> None:
    """A task put aside until an earlier one is redone comes back as it was: holder, offers, drafts, dates."""
    for event in crowd.events:
        old = before.items.get(event.item_id)
        if event.kind == Kind.RETURNED and old is not None and event.data.get("straight_back"):
            crowd.put_aside[event.item_id] = _as_it_is(crowd, old, before)
            if old.assignee_id is None:  # who sends it back has it by that
                theirs = {"assignee_id": event.actor_id, "on_behalf_of_id": event.on_behalf_of_id}
                crowd.put_aside[event.item_id] |= theirs
        if event.kind == Kind.CAME_BACK and event.item_id in crowd.put_aside:
            now = _as_it_is(crowd, crowd.by_id[event.item_id], None)
            was = crowd.put_aside.pop(event.item_id)
            if was["assignee_id"] not in {person.pk for person in crowd.crew}:  # who left meanwhile has it no longer
                was |= {"assignee_id": None, "on_behalf_of_id": None}
            changed = {key: (was[key], now[key]) for key in was if was[key] != now[key]}
            assert not changed, f"it came back changed: {changed}"


def _as_it_is(crowd: Crowd, item: WorkItem, before: Before | None) -> dict[str, Any]:
    drafts = (before.drafts if before else crowd.drafts).items()
    offers = (before.offers if before else crowd.offers)[item.pk]
    return {
        **{name: getattr(item, name) for name in KEPT},
        "drafts": {user: answers for (of, user), answers in drafts if of == item.pk},
        "offers": [(offer.group_key, offer.user_id, offer.escalated) for offer in offers],
    }
