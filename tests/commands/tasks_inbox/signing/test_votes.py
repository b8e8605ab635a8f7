"""Votes are counted, and signers of one vote are no votes."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from bpmn.commands import store_versions
from tasks_inbox.exceptions import VotedAlready
from tasks_inbox.models import WorkItem
from tests.commands.tasks_inbox.signing.conftest import (
    FORM,
    WITH_FORM,
    add,
    answer,
    everybody,
    fresh,
    headers,
    item_of,
    sign,
)
from tests.support import running
from tests.support.diagrams import diagram, end, start, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def poll(db: None):
    """Three votes at once, of alice, bob and dora."""

    def run(*, sequential: bool = False, **named: str):
        rule = '{rule: "ratio", ratio: 2/3}'
        loop = (
            f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
            "<bpmn:extensionElements><zeebe:loopCharacteristics "
            'inputCollection="=people" inputElement="who" outputCollection="votes" '
            'outputElement="={person: who, outcome: outcome}"/></bpmn:extensionElements>'
            '<bpmn:completionCondition xsi:type="bpmn:tFormalExpression">'
            f"=vote result(votes, {rule}) != null</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics>"
        )
        vote = user(assignee="=who", properties=WITH_FORM + headers(vote=f"={rule}".replace('"', "&quot;"), **named))
        drawn = diagram(
            "polling",
            "start -> vote -> second -> end",
            start=start(),
            vote=replace(vote, inner=vote.inner + loop),
            second=user(assignee="manager"),
            end=end(),
        )
        store_versions(actor=None, files={"polling.bpmn": drawn, "plan.form": orjson.dumps(FORM)})
        instance = running.start("polling", people=["alice", "bob", "dora"], amount=1)
        return {each.assignee.username: each for each in WorkItem.objects.filter(instance=instance, element="vote")}

    return run


def test_a_vote_is_counted_and_ends_the_others(poll, alice, bob, dora, manager):
    from tasks_inbox import voting

    votes = poll()
    answer(alice, votes["alice"])
    stands = voting.poll_of(fresh(votes["bob"]))
    assert stands is not None
    assert (stands.voted, stands.tally.approve, stands.tally.of, stands.tally.needed) == (1, 1, 3, 2)
    assert len(stands.ballots) == 3
    answer(bob, votes["bob"])
    assert everybody(votes["dora"]) == {"manager"}
    assert fresh(votes["dora"]).status == WorkItem.Status.CANCELLED


def test_one_after_another_those_not_asked_yet_count(poll, alice, bob, dora, manager):
    from tasks_inbox import voting

    votes = poll(sequential=True)
    answer(alice, votes["alice"])
    second = WorkItem.objects.get(instance=votes["alice"].instance, status="open")
    for item in (second, fresh(votes["alice"])):
        stands = voting.poll_of(WorkItem.objects.select_related("instance").get(pk=item.pk))
        assert stands is not None
        assert (stands.voted, stands.tally.of, stands.tally.result) == (1, 3, None)
    answer(bob, second)
    assert voting.poll_of(fresh(second)) is None, "it is over"


def test_a_secret_vote_shows_nobody(poll, alice, bob, dora, manager):
    from tasks_inbox import voting

    votes = poll(secretVote="yes")
    answer(alice, votes["alice"])
    stands = voting.poll_of(fresh(votes["bob"]))
    assert stands is not None
    assert (stands.secret, stands.ballots, stands.voted) == (True, (), 1)


def test_standing_in_gives_no_second_vote_where_everybody_has_one(poll, alice, bob, dora, manager, clock):
    from tests.factories import SubstitutionFactory

    votes = poll(onePersonOneVote="yes")
    SubstitutionFactory(substituted=bob, substitute=alice, starts=clock.now())
    answer(alice, votes["alice"])
    with pytest.raises(VotedAlready):
        answer(alice, votes["bob"])
    answer(bob, votes["bob"])


def test_a_signer_of_one_vote_is_no_vote(poll, alice, bob, dora, manager, agent):
    from tasks_inbox import voting

    votes = poll(onePersonOneVote="yes")
    (signer,) = add(alice, votes["alice"], agent)
    assert voting.poll_of(item_of(signer)) is None
    sign(agent, signer)
    stands = voting.poll_of(fresh(votes["alice"]))
    assert stands is not None
    assert (stands.voted, stands.tally.of) == (0, 3)
