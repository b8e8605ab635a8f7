"""Votes that are taken by a multi-instance task: how the poll stands, and that nobody votes twice.

The model says the rule in the task header ``vote`` (a name or a FEEL context as `bpmn.votes` reads it), in
``secretVote`` that nobody sees who voted, and in ``onePersonOneVote`` that standing in gives no second vote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import feel
from accounts.models import User
from bpmn import votes
from feel import FeelError
from tasks_inbox import operations
from tasks_inbox.models import WorkItem

RULE_HEADER, SECRET_HEADER, ONCE_HEADER = "vote", "secretVote", "onePersonOneVote"
_YES = frozenset({"yes", "true", "1", "=true", "= true"})


@dataclass(frozen=True, slots=True)
class Poll:
    """A vote as its people see it; ``ballots`` is empty where it is secret."""

    terms: votes.Terms
    tally: votes.Tally
    ballots: tuple[WorkItem, ...]
    secret: bool

    @property
    def voted(self) -> int:
        """How many have voted."""
        return self.tally.of - self.tally.open


def poll_of(item: WorkItem) -> Poll | None:
    """The poll an item is a vote of; None for all others, and where the rule cannot be read. One query."""
    rule = item.headers.get(RULE_HEADER)
    if not rule or not item.part_of or item.signing:
        return None
    terms = _terms(str(rule), item)
    if terms is None:
        return None
    ballots = tuple(_ballots(item))
    cast = [_vote(ballot) if ballot.status == WorkItem.Status.COMPLETED else None for ballot in ballots]
    try:
        tally = votes.tally(cast, terms)
    except FeelError:
        return None
    secret = _says_yes(item, SECRET_HEADER)
    return Poll(terms, tally, () if secret else ballots, secret)


def has_voted(user: User, item: WorkItem) -> bool:
    """Whether the person gave another vote of the same poll, where everybody has one. One query only there."""
    if item.signing or not _says_yes(item, ONCE_HEADER):
        return False
    return any(
        ballot.status == WorkItem.Status.COMPLETED and ballot.ended_by_id == user.pk and ballot.pk != item.pk
        for ballot in _ballots(item)
    )


def _says_yes(item: WorkItem, header: str) -> bool:
    return str(item.headers.get(header, "")).strip().lower() in _YES


def _ballots(item: WorkItem) -> Sequence[WorkItem]:
    """The items of the poll, but those that were withdrawn while it went on elsewhere."""
    rows = WorkItem.objects.filter(instance=item.instance_id, part_of=item.part_of, signing="")
    rows = rows.exclude(status=WorkItem.Status.CANCELLED)
    return list(rows.select_related("assignee", "ended_by", "on_behalf_of").order_by("created_at", "step"))


def _vote(ballot: WorkItem) -> dict[str, Any]:
    by = ballot.ended_by.username if ballot.ended_by is not None else ""
    person = ballot.on_behalf_of.username if ballot.on_behalf_of is not None else by
    return {"person": person, "by": by, "outcome": ballot.outcome}


def _terms(rule: str, item: WorkItem) -> votes.Terms | None:
    """The rule read at the item's step; None where it makes no sense."""
    text = rule.strip()
    try:
        if not text.startswith(("=", "{")):
            return votes.Terms.read(text)
        value = feel.evaluate(text.removeprefix("="), operations.step_variables(item))
        return votes.Terms.read(feel.to_python(value))
    except FeelError:
        return None
