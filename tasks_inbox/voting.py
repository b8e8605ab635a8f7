"""Votes that are taken by a multi-instance task: how the poll stands, and that nobody votes twice.

The model says the rule in the task header ``vote`` (a name or a FEEL context as `bpmn.votes` reads it), in
``secretVote`` that nobody sees who voted, and in ``onePersonOneVote`` that standing in gives no second vote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import feel
from accounts.models import User
from bpmn import queries as definitions
from bpmn import votes
from feel import FeelError
from tasks_inbox.models import WorkItem
from workflows import queries as processes

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
    """The poll an item is a vote of, while it goes on; None for all others, and where its rule cannot be read."""
    rule = item.headers.get(RULE_HEADER)
    if not rule or not item.part_of or item.signing:
        return None
    ballots = tuple(_ballots(item))
    if not any(ballot.is_open for ballot in ballots):
        return None
    variables = processes.step_variables(item.instance, item.part_of)
    cast = [_vote(ballot) if ballot.status == WorkItem.Status.COMPLETED else None for ballot in ballots]
    try:
        terms = _terms(str(rule), item, variables)
        seats = len(ballots) if terms.of is not None or terms.voters is not None else _seats(item, variables)
        if seats is None:
            return None
        tally = votes.tally(cast + [None] * (seats - len(cast)), terms)
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


def _terms(rule: str, item: WorkItem, variables: Mapping[str, Any]) -> votes.Terms:
    """The rule as it is read at the poll. Raises FeelError where it makes no sense."""
    text = rule.strip()
    if not text.startswith(("=", "{")):
        return votes.Terms.read(text)
    value: Any = feel.to_python(feel.evaluate(text.removeprefix("="), variables))
    return votes.Terms.read(value)


def _seats(item: WorkItem, variables: Mapping[str, Any]) -> int | None:
    """How many votes there are in all, also those not asked for yet; None where the model does not say."""
    node = definitions.version_bundle(item.instance.version_id).process.nodes.get(item.element)
    loop = node.loop if node is not None else None
    if loop is None:
        return None
    collected = variables.get(loop.output_collection or "")
    if not isinstance(collected, list) and loop.input_collection:
        collected = feel.to_python(feel.evaluate(loop.input_collection.removeprefix("="), variables))
    return len(collected) if isinstance(collected, list) else None
