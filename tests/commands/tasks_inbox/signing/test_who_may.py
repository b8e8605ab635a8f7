"""Who may ask others to sign, and who may be asked."""

from __future__ import annotations

import pytest

from tasks_inbox import commands
from tasks_inbox.exceptions import (
    NotYours,
    RecordNotTheirs,
    SignerUnfit,
    SigningNotAllowed,
    SignsAlready,
    TooManyPeople,
    WorkItemEnded,
    WorkItemUnknown,
)
from tasks_inbox.models import Signer
from tests.commands.tasks_inbox.signing.conftest import Where, add, answer, everybody, item_of, sign
from tests.support import records as notes
from workflows.exceptions import SigningImpossible

pytestmark = pytest.mark.django_db


def test_only_who_has_the_task_adds_signers(plan, alice, bob, manager, charlie):
    item = plan()
    for person, refusal in ((charlie, WorkItemUnknown), (manager, NotYours)):
        with pytest.raises(refusal):
            add(person, item, bob)
    answer(alice, item)
    with pytest.raises(WorkItemEnded):
        add(alice, item, bob)
    assert not Signer.objects.exists()


@pytest.mark.parametrize(("allowed", "refused"), [("none", list(Where)), ("before", [Where.AFTER, Where.BESIDE])])
def test_the_model_limits_where(plan, alice, bob, allowed, refused):
    item = plan(addSigner=allowed)
    for where in refused:
        with pytest.raises(SigningNotAllowed):
            add(alice, item, bob, where=where)
    if allowed != "none":
        add(alice, item, bob, where=Where.BEFORE)


def test_nobody_signs_what_is_their_own(plan, alice, bob):
    with pytest.raises(SignerUnfit):
        add(alice, plan(), alice)


def test_who_has_left_or_is_kept_out_is_not_asked(plan, alice, bob, dora):
    item = plan(variables={"amount": 5, "excluded_people": ["bob"]})
    dora.is_active = False
    dora.save(update_fields=["is_active"])
    for person in (bob, dora):
        with pytest.raises(SignerUnfit):
            add(alice, item, person)
    assert everybody(item) == {"alice"}


def test_nobody_is_shown_a_record_they_may_not_see(plan, alice, bob, charlie):
    with notes.kinds_kept():
        item = plan(record=notes.note())
        with pytest.raises(RecordNotTheirs):
            add(alice, item, bob, charlie)
        assert everybody(item) == {"alice"}, "all of them or nobody"
        add(alice, item, bob)


def test_nobody_is_asked_twice_even_by_another_signer_or_after_answering(plan, alice, bob, dora):
    item = plan()
    (signer,) = add(alice, item, bob)
    with pytest.raises(SignsAlready):
        add(alice, item, bob, where=Where.AFTER)
    (further,) = add(bob, item_of(signer), dora)
    with pytest.raises(SignsAlready):
        add(alice, item, dora)
    with pytest.raises(SignsAlready):
        add(dora, item_of(further), alice)
    sign(dora, further)
    with pytest.raises(SignsAlready):
        add(alice, item, dora)


def test_nobody_gets_two_voices_by_a_transfer(plan, alice, bob, dora):
    item = plan()
    (signer,) = add(alice, item, bob)
    for actor, task, recipient in ((alice, item, bob), (bob, item_of(signer), alice)):
        with pytest.raises(SignsAlready):
            commands.transfer_work_item(actor=actor, work_item_id=task.pk, recipient=recipient)
    commands.transfer_work_item(actor=bob, work_item_id=item_of(signer).pk, recipient=dora)
    assert everybody(item) == {"alice", "dora"}
    with pytest.raises(SignsAlready):
        add(alice, item, dora)


def test_there_is_a_limit(plan, alice, bob, dora, agent, handler, finance):
    item = plan()
    with pytest.raises(TooManyPeople):
        add(alice, item)
    (one,) = add(alice, item, bob)
    (two,) = add(bob, item_of(one), dora)
    (three,) = add(dora, item_of(two), agent)
    with pytest.raises(SigningImpossible):
        add(agent, item_of(three), handler)
