"""Several people do whatever they can think of to the tasks of random processes, and nothing is lost or done twice.

``BATON_VERB_STEPS`` sets how many acts are tried (default 20,000), ``BATON_PROPERTY_SEED`` where to begin.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from django.conf import LazySettings
from django.db.models import Exists, OuterRef, Q

from accounts.models import OrgUnit, User
from bpmn.model import Assignment
from config.clock import DrivenClock
from tasks_inbox import commands as inbox
from tasks_inbox import jobs
from tasks_inbox.exceptions import InboxRefusal
from tasks_inbox.models import Candidate, Consultation, HeldAct, Signer, WorkItem, WorkItemEvent
from tests.factories import UnitFactory, UserFactory
from tests.property.stories import IN_ORDER, Act, Story
from tests.property.walking import SEED
from workflows.exceptions import WorkflowError
from workflows.models import ProcessInstance

pytestmark = pytest.mark.django_db

STEPS = int(os.environ.get("BATON_VERB_STEPS", "20000"))
PARTS = 4
ACTS_OF_ONE = 40
GROUP = "finance"
KIND = WorkItemEvent.Kind
BY_THEMSELVES = {KIND.CREATED, KIND.CANCELLED, KIND.CAME_BACK, KIND.WOKE, KIND.NOT_CARRIED_OUT, KIND.UNASKED}
"""What happens to tasks because of an act on another one, or because time passes."""
OPENS_AGAIN = {KIND.WITHDRAWN, KIND.CAME_BACK, KIND.RETURNED}


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_people_do_every_open_step_is_one_task_of_somebody(
    part: int, clock: DrivenClock, settings: LazySettings, random_handlers: Random
):
    settings.INBOX_UNDO_SECONDS = 8
    crew = people()
    tried, seed, done, refused = 0, SEED * 1_000_000 + part * 100_000_000, Counter[str](), Counter[str]()
    random_handlers.seed(seed)
    while tried < STEPS // PARTS:
        seed += 1
        crowd = Crowd(Random(seed), clock, crew)
        tried += crowd.act(f"seed {seed}", done, refused)
        crowd.stop(f"seed {seed}")
    assert {name for name in VERBS if not done[name]} == set(), "never done"
    assert sum(done.values()) > tried // 4, (done, refused)


def people() -> list[User]:
    """A chief and those below, some of whom are in a group."""
    unit: OrgUnit = UnitFactory(code="HQ")
    chief: User = UserFactory(username="chief", org_unit=unit, roles=[GROUP])
    return [
        chief,
        *(
            UserFactory(username=f"clerk{number}", org_unit=unit, manager=chief, roles=[GROUP] if number < 3 else [])
            for number in range(5)
        ),
    ]


class Crowd(Story):
    """One family whose tasks belong to several people."""

    def __init__(self, random: Random, clock: DrivenClock, crew: list[User]) -> None:
        self.crew = crew
        super().__init__(random, clock, random.choice(crew))
        ProcessInstance.objects.filter(pk=self.root.pk).update(started_by=self.person)

    def seat(self) -> Assignment:
        whose = self.random.random()
        if whose < 0.4:
            return Assignment(assignee=self.random.choice(self.crew).username)
        if whose < 0.8:
            return Assignment(candidate_groups=GROUP)
        chosen = self.random.sample(self.crew, 2)
        return Assignment(candidate_users=", ".join(person.username for person in chosen))

    def act(self, place: str, done: Counter[str], refused: Counter[str]) -> int:
        """Let people act until the root has ended; how often they tried."""
        for number in range(ACTS_OF_ONE):
            here = f"{place} act {number}"
            self.check(here)
            self.check_people(here)
            if not self.is_live:
                return number
            name, act = self.choice()
            before = self.events()
            try:
                act()
            except (InboxRefusal, WorkflowError):
                refused[name] += 1
                assert self.events() == before, f"{here}: {name} was refused and left a trace"
            else:
                done[name] += 1
                if name in VERBS:
                    self.check_told(f"{here}: {name}", name, before)
        return ACTS_OF_ONE

    def choice(self) -> tuple[str, Act]:
        if self.random.random() < 0.15 or not (self.items or self.ended_items):
            others = {name: acts for name, acts in self.possible().items() if not name.startswith("complete")}
            name = self.random.choice(sorted(others))
            return name, self.random.choice(others[name])
        name = self.random.choice(list(VERBS))
        item = self.random.choice(self.ended_items if name in ON_ENDED and self.ended_items else self.all_items)
        return name, partial(VERBS[name], self, self.likely(item), item)

    def likely(self, item: WorkItem) -> User:
        """Who tries: mostly somebody who has to do with it, sometimes just anybody."""
        near = [person for person in (item.assignee, item.ended_by, item.held_by) if person is not None]
        return self.random.choice(near) if near and self.random.random() < 0.7 else self.random.choice(self.crew)

    def other(self, than: User) -> User:
        return self.random.choice([person for person in self.crew if person != than])

    def wait(self, hours: int) -> None:
        jobs.carry_out_held_acts()
        super().wait(hours)
        jobs.wake_snoozed()

    # --- what must hold -------------------------------------------------------------------------------------------

    def look(self) -> list[ProcessInstance]:
        family = super().look()
        context = WorkItem.objects.select_related("assignee", "ended_by", "held_by")
        self.all_items = list(context.filter(instance__root=self.root).order_by(*IN_ORDER))
        self.ended_items = [item for item in self.all_items if not item.is_open]
        return family

    def check_people(self, place: str) -> None:
        """Somebody can do each open task, and only what is open is held."""
        mine = WorkItem.objects.filter(instance__root=self.root)
        offered = Exists(Candidate.objects.filter(item=OuterRef("pk"), available=True))
        lost = mine.filter(Q(assignee=None) & ~offered, status=WorkItem.Status.OPEN)
        assert not lost.exists(), f"{place}: a task of nobody"
        held = HeldAct.objects.filter(root=self.root)
        assert set(held.values_list("item", flat=True)) == {item.pk for item in self.items if item.held_by_id}, place
        marked = ProcessInstance.objects.values_list("has_held_acts", flat=True).get(pk=self.root.pk)
        assert marked is held.exists(), f"{place}: the mark of held acts"
        counted = Counter[Any]()
        told = WorkItemEvent.objects.filter(item__instance__root=self.root)
        for item, kind in told.filter(kind__in=[KIND.COMPLETED, *OPENS_AGAIN]).values_list("item", "kind"):
            counted[item, kind == KIND.COMPLETED] += 1
        for (item, completed), times in counted.items():
            assert not completed or times <= 1 + counted[item, False], f"{place}: {item} completed {times} times"

    def events(self) -> Counter[str]:
        kinds = WorkItemEvent.objects.filter(item__instance__root=self.root).exclude(kind__in=BY_THEMSELVES)
        return Counter(kinds.values_list("kind", flat=True))

    def check_told(self, place: str, name: str, before: Counter[str]) -> None:
        """An act is one event; taking what one has, or following twice, is none. What was held may go before it."""
        new = self.events() - before
        new -= Counter({KIND.COMPLETED: 1}) if name not in ENDS else Counter()
        assert new.total() <= 1 + (name in ENDS), f"{place}: {new}"


# --- what people try ------------------------------------------------------------------------------------------------


def _with_somebody(command: Callable[..., Any], called: str) -> Callable[[Crowd, User, WorkItem], Any]:
    return lambda crowd, actor, item: command(actor=actor, work_item_id=item.pk, **{called: crowd.other(actor)})


def _plain(command: Callable[..., Any], **more: Any) -> Callable[[Crowd, User, WorkItem], Any]:
    return lambda crowd, actor, item: command(actor=actor, work_item_id=item.pk, **more)


def _snooze(crowd: Crowd, actor: User, item: WorkItem) -> None:
    until = crowd.clock.now() + timedelta(hours=crowd.random.randint(1, 5))
    inbox.snooze_work_item(actor=actor, work_item_id=item.pk, until=until)


def _add_signer(crowd: Crowd, actor: User, item: WorkItem) -> None:
    people = crowd.random.sample(crowd.crew, crowd.random.randint(1, 2))
    where = crowd.random.choice(list(Signer.Where))
    inbox.add_signers(actor=actor, work_item_id=item.pk, people=people, where=where)


def _remove_signer(crowd: Crowd, actor: User, item: WorkItem) -> None:
    found = Signer.objects.filter(item__instance__root=crowd.root).order_by("pk").values_list("pk", flat=True)
    asked = list(found)
    if not asked:
        raise InboxRefusal
    inbox.remove_signer(actor=actor, signer_id=crowd.random.choice(asked))


def _consult(crowd: Crowd, actor: User, item: WorkItem) -> None:
    inbox.consult(actor=actor, work_item_id=item.pk, person=crowd.other(actor), question="Why?")


def _advise(crowd: Crowd, actor: User, item: WorkItem) -> None:
    questions = list(Consultation.objects.filter(item__instance__root=crowd.root).order_by("pk"))
    if not questions:
        raise InboxRefusal
    question = crowd.random.choice(questions)
    inbox.answer_consultation(actor=question.asked, consultation_id=question.pk, answer="Because.")


def _send_back(crowd: Crowd, actor: User, item: WorkItem) -> None:
    target = crowd.random.choice(["previous", "starter", *(other.step for other in crowd.ended_items)])
    straight = crowd.random.random() < 0.4
    inbox.return_work_item(
        actor=actor, work_item_id=item.pk, target=target, reason="Again, please.", straight_back=straight
    )


def _recall(crowd: Crowd, actor: User, item: WorkItem) -> None:
    if crowd.random.random() < 0.9:  # it ends the story
        raise InboxRefusal
    inbox.recall_request(actor=actor, instance_id=crowd.root.pk, reason="No longer needed.")


VERBS: dict[str, Callable[[Crowd, User, WorkItem], Any]] = {
    "complete": _plain(inbox.complete_work_item, answers={}),
    "complete for now": _plain(inbox.hold_completion, answers={}),
    "finish now": _plain(inbox.confirm_held_act),
    "undo": _plain(inbox.take_back),
    "claim": _plain(inbox.claim_work_item),
    "release": _plain(inbox.release_work_item),
    "transfer": _with_somebody(inbox.transfer_work_item, "recipient"),
    "delegate": _with_somebody(inbox.delegate_work_item, "delegate"),
    "hand back": _plain(inbox.hand_back_work_item),
    "take from the delegate": _plain(inbox.recall_work_item),
    "draft": _plain(inbox.save_draft, answers={"typed": 1}),
    "comment": _plain(inbox.comment_on_work_item, text="Look."),
    "follow": _plain(inbox.follow_work_item),
    "urge": _plain(inbox.urge_work_item),
    "priority": _plain(inbox.set_priority, priority=80),
    "put off": _snooze,
    "ask to sign": _add_signer,
    "no longer ask to sign": _remove_signer,
    "ask for an opinion": _consult,
    "give an opinion": _advise,
    "send back": _send_back,
    "withdraw": _plain(inbox.withdraw_work_item),
    "recall": _recall,
}
ON_ENDED = {"withdraw"}
ENDS = {"complete", "complete for now", "finish now"}
