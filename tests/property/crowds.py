"""Several people with one family of random processes: whose each task is, who tries what, and what the rows say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection

from accounts import commands as accounts
from accounts.exceptions import AccountsRefusal
from accounts.models import OrgUnit, Substitution, User
from bpmn.model import Assignment, Kind, Loop, Node, Process
from config.clock import DrivenClock
from tasks_inbox import commands as inbox
from tasks_inbox import jobs
from tasks_inbox.exceptions import InboxRefusal
from tasks_inbox.models import Candidate, Draft, HeldAct, WorkItem, WorkItemEvent
from tests.property.company import FORMS, GROUP, crew
from tests.property.reading import OF_FAMILY, OF_ITEMS, OF_ROOT, prints_of, rows_of
from tests.property.stories import Story
from tests.property.walking import beginning
from tests.unit.engine.drawing import each
from workflows import commands
from workflows.engine.views import InstanceView
from workflows.exceptions import WorkflowError
from workflows.models import Effect, Incident, ProcessInstance, Subscription, Timer

ACTS_OF_ONE = 40
REFUSED = (InboxRefusal, WorkflowError, AccountsRefusal)


@dataclass(frozen=True, slots=True)
class Tried:
    """What somebody tried: ``told`` is the event it leaves on the item, "" for an act without one."""

    name: str
    run: Callable[[], Any]
    person: User | None = None
    item: WorkItem | None = None
    told: str | None = None
    is_whole: bool = True
    """It is one command, so that a refusal leaves nothing."""

    def __str__(self) -> str:
        who = f"{self.person.username}: " if self.person else ""
        on = f" {self.item.element}/{self.item.step} of {self.item.process_key}" if self.item else ""
        return f"{who}{self.name}{on}"


class Crowd(Story):
    """One family whose tasks belong to several people.

    Each act has random numbers of its own, so that one can be left out and the others stay what they are.
    """

    forms = FORMS

    def __init__(self, seed: int, clock: DrivenClock, about: OrgUnit, crew: Sequence[User]) -> None:
        self.seed, self.about, self.crew, self.log = seed, about, list(crew), list[str]()
        self.views: dict[UUID, tuple[bytes, InstanceView]] = {}
        self.prints, self.last_event, self.events = ("", ""), 0, list[WorkItemEvent]()
        self.completions, self.put_aside = Counter[UUID](), dict[UUID, Any]()
        random = Random(seed)
        super().__init__(random, clock, random.choice(self.crew))
        self.look()

    def start(self) -> ProcessInstance:
        values = beginning(self.random)
        return commands.start_process(actor=self.person, process_key="P", variables=values, record=self.about)

    # --- whose the tasks are --------------------------------------------------------------------------------------

    def seated(self, process: Process) -> Process:
        people = [node.id for node in process.nodes.values() if node.kind is Kind.USER_TASK]
        nodes = {id: self.given(node, people) for id, node in process.nodes.items()}
        return replace(process, nodes=nodes)

    def given(self, node: Node, people: Sequence[str]) -> Node:
        """The user task with its people, its form and its rules; of a vote everybody's ballot is collected."""
        if node.kind is not Kind.USER_TASK:
            return node
        form, headers = self.random.choice(("", "report", "decide", "decide")), self.rules(people)
        loop = node.loop
        if loop is not None and not loop.standard:
            form, loop = "decide", self.collecting(node.id, loop)
            headers |= {"vote": "majority"} | ({"onePersonOneVote": "yes"} if self.random.random() < 0.5 else {})
        return replace(node, assignment=self.seat(), form=form or None, headers=headers, loop=loop)

    def collecting(self, id: str, loop: Loop) -> Loop:
        kept = each("= [1, 2]", "it") if loop.input_collection is None else loop
        return replace(kept, cardinality=None, output_collection=f"ballots_{id}", output_element="= ballot")

    def rules(self, people: Sequence[str]) -> dict[str, str]:
        chosen = self.random.choice(
            (
                {},
                {},
                {},
                {"sameApprover": "merge"},
                {"requesterIsApprover": "above"},
                {"reject": "end-request"},
                {"differentFrom": self.random.choice(people)},
                {"consulting": "pauses-clock"},
                {"nobodyFound": "skip"},
            )
        )
        return dict(chosen)

    def seat(self) -> Assignment:
        whose = self.random.random()
        if whose < 0.4:
            return Assignment(assignee=self.random.choice(self.crew).username)
        if whose < 0.75:
            return Assignment(candidate_groups=GROUP)
        if whose < 0.92:
            chosen = self.random.sample(self.crew, 2)
            return Assignment(candidate_users=", ".join(person.username for person in chosen))
        return Assignment(assignee="" if whose < 0.96 else "somebody.else")

    # --- who tries what -------------------------------------------------------------------------------------------

    def choose(self, number: int) -> Tried:
        """What is tried as the act of this number."""
        from tests.property.verbs import VERBS

        self.random = Random(f"{self.seed} {number}")
        self.clock.advance(timedelta(seconds=self.random.choice((1, 20))))
        if self.random.random() < 0.15 or not self.all_items:
            others = {name: acts for name, acts in self.possible().items() if not name.startswith("complete")}
            name = self.random.choice(sorted(others))
            return Tried(name, self.random.choice(others[name]), is_whole=False)
        names = list(VERBS)
        while True:
            name = self.random.choices(names, [VERBS[each].weight for each in names])[0]
            verb = VERBS[name]
            fit = verb.fit(self) if self.random.random() < 0.9 else self.all_items
            if fit:
                item = self.random.choice(fit)
                person = self.crew[0] if verb.by_chief and self.random.random() < 0.8 else self.likely(item)
                return Tried(name, partial(verb.act, self, person, item), person, item, verb.told, verb.is_whole)

    def likely(self, item: WorkItem) -> User:
        """Who tries: mostly somebody who has to do with it, sometimes just anybody."""
        near = [item.held_by_id, item.delegated_by_id, item.assignee_id, item.on_behalf_of_id]
        if not item.is_open:
            near = [item.ended_by_id]
        elif item.assignee_id is None:
            near += [offer.user_id for offer in self.offers[item.pk]]
        people = [person for person in self.crew if person.pk in near]
        return self.random.choice(people) if people and self.random.random() < 0.85 else self.random.choice(self.crew)

    def other(self, than: User) -> User:
        return self.random.choice([person for person in self.crew if person != than])

    def possible(self) -> dict[str, list[Callable[[], Any]]]:
        away = list(Substitution.objects.filter(ends__gt=self.clock.now()).order_by("pk"))
        acts = super().possible() | {
            "go away": [self.go_away],
            "come back": [lambda row=row: self.come_back(row) for row in away],
            "leave": [self.leave] if len(self.crew) > 4 and self.random.random() < 0.3 else [],
        }
        return {name: found for name, found in acts.items() if found}

    def go_away(self) -> None:
        absent, substitute = self.random.sample(self.crew, 2)
        starts = self.clock.now()
        accounts.add_substitution(
            actor=absent,
            substituted_id=absent.public_id,
            substitute_id=substitute.public_id,
            starts=starts,
            ends=starts + timedelta(hours=self.random.randint(1, 9)),
        )
        self.meet()

    def come_back(self, row: Substitution) -> None:
        accounts.end_substitution(actor=row.substituted, substitution_id=row.pk)
        self.meet()

    def leave(self) -> None:
        """Somebody hands over what they have, and their account is closed."""
        chief = next(person for person in self.crew if person.username == "chief")
        leaver, receiver = self.other(chief), chief
        inbox.start_hand_over(actor=chief, person_id=leaver.public_id, receiver_ids=[receiver.public_id])
        jobs.hand_over()
        inbox.let_go(actor=chief, person_id=leaver.public_id)
        self.meet()

    def meet(self) -> None:
        """Read anew who is here, and what those may do who stand in for somebody or did; of the others that is kept."""
        known = {person.pk: person for person in self.crew}
        changed = set(Substitution.objects.values_list("substitute_id", flat=True))
        self.crew = [person if person.pk in changed else known.get(person.pk, person) for person in crew()]

    def wait(self, hours: int) -> None:
        jobs.carry_out_held_acts()
        super().wait(hours)
        for job in (jobs.wake_snoozed, jobs.climb_ladders, jobs.hand_back):
            job()
        if Substitution.objects.exists():
            self.meet()

    def stop(self, place: str) -> None:
        """What is held is carried out before anything else moves the family, and may end it."""
        self.clock.advance(timedelta(seconds=8))
        jobs.carry_out_held_acts()
        self.look()
        super().stop(place)

    # --- what the rows say ----------------------------------------------------------------------------------------

    def view(self, instance: ProcessInstance) -> InstanceView:
        state = bytes(instance.state)
        known = self.views.get(instance.pk)
        if known is None or known[0] != state:
            known = self.views[instance.pk] = (state, super().view(instance))
        return known[1]

    def look(self) -> list[ProcessInstance]:
        """Read what has changed since it was read last; every row of the family is in one of the two prints."""
        engine, people = prints_of(self.root.pk)
        self.moved, self.touched = engine != self.prints[0], people != self.prints[1]
        self.prints = (engine, people)
        if self.moved:
            self.look_at_engine()
        if self.touched:
            self.look_at_tasks()
        return self.family

    def look_at_engine(self) -> None:
        root, waiting = self.root.pk, [status.value for status in Effect.WAITING]
        self.family = rows_of(ProcessInstance, OF_ROOT, root)
        self.effects = rows_of(Effect, f"{OF_FAMILY} AND t.status = ANY(%(waiting)s)", root, waiting=waiting)
        open_ones = f"{OF_FAMILY} AND t.closed_at IS NULL ORDER BY t.opened_at, t.element, t.step"
        self.incidents = rows_of(Incident, open_ones, root)
        self.timers = rows_of(Timer, OF_ROOT, root)
        self.subscriptions = rows_of(
            Subscription, f"{OF_ROOT} ORDER BY t.name, t.correlation_key, t.subscription", root
        )
        members = {instance.pk: instance for instance in self.family}
        self.is_live = members[root].is_live
        self.calls = {pk: _call(instance, members) for pk, instance in members.items()}

    def look_at_tasks(self) -> None:
        root = self.root.pk
        self.all_items = sorted(rows_of(WorkItem, OF_FAMILY, root), key=self.place)
        self.items = [item for item in self.all_items if item.is_open]
        self.ended_items = [item for item in self.all_items if not item.is_open]
        self.by_id = {item.pk: item for item in self.all_items}
        self.offers: dict[UUID, list[Candidate]] = {pk: [] for pk in self.by_id}
        for offer in rows_of(Candidate, f"{OF_ITEMS} ORDER BY t.user_id, t.group_key", root):
            self.offers[offer.item_id].append(offer)
        drafts = rows_of(Draft, OF_ITEMS, root)
        self.drafts = {(draft.item_id, draft.user_id): draft.answers for draft in drafts}
        self.held = {act.item_id: act.author_id for act in rows_of(HeldAct, OF_ROOT, root)}
        news = f"{OF_ITEMS} AND t.id > %(last)s ORDER BY t.id"
        self.events += rows_of(WorkItemEvent, news, root, last=self.last_event)
        self.last_event = self.events[-1].pk if self.events else self.last_event

    def place(self, item: WorkItem) -> tuple[Any, ...]:
        """Where an item stands among the others; ids are random."""
        return item.created_at, item.process_key, item.element, item.step, self.calls[item.instance_id]


def _call(instance: ProcessInstance, family: dict[UUID, ProcessInstance]) -> str:
    """The steps by which an instance was called."""
    if instance.parent_id is None:
        return ""
    return f"{_call(family[instance.parent_id], family)}/{instance.parent_step}"


def roll_back_to(mark: str) -> None:
    """Forget everything that happened in the database since."""
    connection.savepoint_rollback(mark)
    connection.savepoint_commit(mark)
