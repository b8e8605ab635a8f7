"""Adding signers to a task and removing them: who may, who may be asked, and what becomes of everybody's tasks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bpmn.commands import store_versions
from bpmn.forms import FormRefused
from tasks_inbox import commands, operations, signing
from tasks_inbox.exceptions import (
    NotYours,
    NotYoursToRemove,
    RecordNotTheirs,
    ReturnImpossible,
    SignerHasAnswered,
    SignersAwaited,
    SignerUnfit,
    SignerUnknown,
    SigningNotAllowed,
    SignsAlready,
    TooLateToWithdraw,
    TooManyPeople,
    VotedAlready,
    WithdrawImpossible,
    WorkItemEnded,
    WorkItemUnknown,
)
from tasks_inbox.models import Draft, Signer, WorkItem, WorkItemEvent
from tests.support import records as notes
from tests.support import running
from tests.support.diagrams import diagram, end, start, user
from workflows import commands as processes
from workflows.engine.api import Entry
from workflows.exceptions import SigningImpossible
from workflows.migrating.commands import migrate_one, start_migration
from workflows.models import HistoryEvent, MigrationResult
from workflows.operating.commands import modify_process

pytestmark = pytest.mark.django_db
Where = Signer.Where
FORM = {
    "id": "plan",
    "type": "default",
    "components": [
        {"type": "number", "key": "amount", "label": "Amount", "validate": {"required": True}},
        {
            "type": "radio",
            "key": "outcome",
            "label": "Decision",
            "values": [{"label": "Yes", "value": "approve"}, {"label": "No", "value": "reject"}],
            "validate": {"required": True},
        },
        {
            "type": "textarea",
            "key": "decision_reason",
            "label": "Reason",
            "validate": {"required": True},
            "conditional": {"hide": '=outcome = null or outcome = "approve"'},
        },
        {"type": "textarea", "key": "comment", "label": "Comment"},
    ],
}
OPINION = {"id": "opinion", "type": "default", "components": [{"type": "number", "key": "risk", "label": "Risk"}]}
WITH_FORM = '<zeebe:formDefinition formId="plan"/>'


def headers(**named: str) -> str:
    inner = "".join(f'<zeebe:header key="{key}" value="{value}"/>' for key, value in named.items())
    return f"<zeebe:taskHeaders>{inner}</zeebe:taskHeaders>"


@pytest.fixture
def plan(db: None):
    """A task of alice with a form, and one after it."""

    def run(*, form: bool = True, actor: Any = None, record: Any = None, variables: Any = None, **named: str):
        properties = (WITH_FORM if form else "") + (headers(**named) if named else "")
        drawn = diagram(
            "planning",
            "start -> first -> second -> end",
            start=start(),
            first=user(assignee="alice", properties=properties),
            second=user(assignee="manager"),
            end=end(),
        )
        files = {"planning.bpmn": drawn, "plan.form": orjson.dumps(FORM), "opinion.form": orjson.dumps(OPINION)}
        store_versions(actor=None, files=files)
        instance = processes.start_process(
            actor=actor, process_key="planning", variables=variables or {"amount": 5}, record=record
        )
        return WorkItem.objects.get(instance=instance, element="first")

    return run


def add(actor, item, *people, where=Where.BESIDE, note=""):
    return commands.add_signers(actor=actor, work_item_id=item.pk, people=people, where=where, note=note)


def item_of(signer):
    return WorkItem.objects.get(instance=signer.item.instance_id, step=signer.step)


def fresh(item):
    return WorkItem.objects.get(pk=item.pk)


def sign(person, signer, outcome="approve", **more):
    item = item_of(signer)
    return commands.complete_work_item(actor=person, work_item_id=item.pk, answers={"outcome": outcome, **more})


def answer(person, item, outcome="approve", **more):
    answers = {"amount": 7, "outcome": outcome, **more}
    return commands.complete_work_item(actor=person, work_item_id=item.pk, answers=answers)


def everybody(item):
    """Every open human step has exactly one open item, and nobody else has one."""
    from workflows import queries

    instance = running.reload(item.instance)
    steps = [step.step for step in queries.view(instance).steps] if instance.is_live else []
    items = WorkItem.objects.filter(instance=instance, status=WorkItem.Status.OPEN)
    assert sorted(items.values_list("step", flat=True)) == sorted(steps)
    return {each.assignee.username for each in items.select_related("assignee") if each.assignee}


# --- asking ---------------------------------------------------------------------------------------------------------


def test_it_works(plan, alice, bob, manager):
    item = plan()
    (signer,) = add(alice, item, bob, note="the amount, please")
    theirs = item_of(signer)
    assert (theirs.assignee, theirs.signing, theirs.part_of) == (bob, "beside", item.step)
    assert everybody(item) == {"alice", "bob"}
    sign(bob, signer, comment="fine")
    answer(alice, item)
    assert everybody(item) == {"manager"}
    assert running.variables(item.instance) == {"amount": 7, "outcome": "approve", "comment": ""}
    (asked,) = signing.asked_at(fresh(item))
    assert (asked.state, asked.outcome, asked.comment) == ("signed", "approve", "fine")


def test_one_event_for_the_act_and_one_in_the_history(plan, alice, bob, dora):
    item = plan()
    add(alice, item, bob, dora, where=Where.AFTER, note="why")
    (event,) = WorkItemEvent.objects.filter(item=item, kind="signer-added")
    assert event.actor == alice
    assert event.data == {"to": ["bob", "dora"], "where": "after", "note": "why"}
    told = HistoryEvent.objects.filter(instance=item.instance, kind="task", data__act="signer-added")
    assert told.count() == 1


def test_before_the_holder_waits_with_their_draft(plan, alice, bob):
    item = plan()
    commands.save_draft(actor=alice, work_item_id=item.pk, answers={"amount": 6})
    (signer,) = add(alice, item, bob, where=Where.BEFORE)
    assert fresh(item).awaits == 1
    with pytest.raises(SignersAwaited):
        answer(alice, item)
    sign(bob, signer, "reject", comment="too much")
    kept = fresh(item)
    assert (kept.awaits, kept.is_open, kept.assignee) == (0, True, alice)
    assert Draft.objects.get(item=item, user=alice).answers == {"amount": 6}
    answer(alice, item)
    assert everybody(item) == {"manager"}


def test_before_waits_for_the_whole_chain(plan, alice, bob, dora):
    item = plan()
    (signer,) = add(alice, item, bob, where=Where.BEFORE)
    (further,) = add(bob, item_of(signer), dora, where=Where.AFTER)
    sign(bob, signer)
    assert fresh(item).awaits == 1
    sign(dora, further)
    assert fresh(item).awaits == 0


def test_after_the_signer_gets_the_task_with_what_was_answered(plan, alice, bob, dora):
    item = plan()
    first, second = add(alice, item, bob, dora, where=Where.AFTER)
    assert everybody(item) == {"alice"}
    assert [asked.state for asked in signing.asked_at(fresh(item))] == ["later", "later"]
    answer(alice, item, comment="mine")
    assert everybody(item) == {"bob"}
    theirs = item_of(first)
    shown = operations.form_variables(theirs)
    assert shown["amount"] == 7
    assert "comment" not in shown
    sign(bob, first)
    sign(dora, second)
    assert everybody(item) == {"manager"}


def test_a_rejection_decides_the_task(plan, alice, bob, dora):
    item = plan()
    (signer,) = add(alice, item, bob)
    add(alice, item, dora, where=Where.AFTER)
    sign(bob, signer, "reject", comment="no")
    assert everybody(item) == {"manager"}
    assert fresh(item).status == WorkItem.Status.CANCELLED
    assert running.variables(item.instance) == {"amount": 5, "outcome": "reject", "comment": "no"}


@pytest.mark.parametrize("how", ["header", "no rejection"])
def test_advice_decides_nothing(plan, alice, bob, how):
    item = plan(signers="advisory") if how == "header" else plan(form=False)
    (signer,) = add(alice, item, bob)
    assert signer.advisory
    sign(bob, signer, "reject", comment="no")
    assert everybody(item) == {"alice"}


# --- what signers see -----------------------------------------------------------------------------------------------


def test_signers_read_the_form_and_answer_below_it(plan, alice, bob):
    item = plan()
    (signer,) = add(alice, item, bob)
    shown = operations.form_of(item_of(signer))
    assert [(part["key"], part.get("readonly", False)) for part in shown["components"]] == [
        ("amount", True),
        ("outcome", False),
        ("comment", False),
    ]
    done = sign(bob, signer, comment="ok", amount=99)
    assert done.answers == {"outcome": "approve", "comment": "ok"}
    assert running.variables(item.instance)["amount"] == 5


@pytest.mark.parametrize("answers", [{}, {"outcome": "maybe"}, {"outcome": "approve", "nonsense": 1}])
def test_what_does_not_fit_is_refused(plan, alice, bob, answers):
    (signer,) = add(alice, plan(), bob)
    with pytest.raises(FormRefused):
        commands.complete_work_item(actor=bob, work_item_id=item_of(signer).pk, answers=answers)


def test_the_model_may_give_signers_a_form_of_their_own(plan, alice, bob):
    item = plan(signerForm="opinion")
    (signer,) = add(alice, item, bob)
    assert operations.form_of(item_of(signer)) == OPINION
    commands.complete_work_item(actor=bob, work_item_id=item_of(signer).pk, answers={"risk": 3})
    assert operations.step_variables(WorkItem.objects.get(pk=item.pk))["signers"][0]["answers"] == {"risk": 3}


# --- who may --------------------------------------------------------------------------------------------------------


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


# --- taking back ----------------------------------------------------------------------------------------------------


def remove(actor, signer):
    return commands.remove_signer(actor=actor, signer_id=signer.pk)


def test_a_removed_signer_loses_the_task(plan, alice, bob):
    item = plan()
    (signer,) = add(alice, item, bob, where=Where.BEFORE)
    theirs = item_of(signer)
    remove(alice, signer)
    assert fresh(theirs).status == WorkItem.Status.CANCELLED
    assert fresh(item).awaits == 0
    assert WorkItemEvent.objects.filter(item=item, kind="signer-removed").count() == 1
    add(alice, item, bob, where=Where.AFTER)
    with pytest.raises(SignerUnknown):
        remove(alice, signer)


def test_removing_the_last_one_lets_the_task_go_on(plan, alice, bob, dora):
    item = plan()
    (signer,) = add(alice, item, bob)
    (further,) = add(bob, item_of(signer), dora)
    answer(alice, item)
    remove(alice, signer)
    further.refresh_from_db()
    assert not further.is_asked
    assert everybody(item) == {"manager"}


def test_who_may_remove(plan, alice, bob, dora, manager, charlie):
    item = plan()
    (signer,) = add(alice, item, bob)
    (further,) = add(bob, item_of(signer), dora)
    with pytest.raises(WorkItemUnknown):
        remove(charlie, signer)
    with pytest.raises((NotYoursToRemove, WorkItemUnknown)):
        remove(dora, signer)
    remove(bob, further)
    remove(manager, signer)


def test_who_has_answered_is_not_removed(plan, alice, bob, dora):
    item = plan()
    (signer,) = add(alice, item, bob)
    add(bob, item_of(signer), dora, where=Where.AFTER)
    sign(bob, signer)
    with pytest.raises(SignerHasAnswered):
        remove(alice, signer)


def test_the_second_click(plan, alice, bob):
    item = plan()
    (signer,) = add(alice, item, bob)
    sign(bob, signer)
    with pytest.raises(WorkItemEnded):
        sign(bob, signer)
    with pytest.raises(SignerHasAnswered):
        remove(alice, signer)


# --- what else happens ----------------------------------------------------------------------------------------------


def test_cancelling_and_moving_tokens_close_everybody(plan, alice, bob, dora, operator):
    item = plan()
    add(alice, item, bob)
    add(alice, item, dora, where=Where.AFTER)
    modify_process(actor=operator, instance_id=item.instance_id, start=[Entry("first")], end=["first"], reason="again")
    assert everybody(item) == {"alice"}
    assert {asked.state for asked in signing.asked_at(fresh(item))} == {"closed"}
    processes.cancel_process(actor=operator, instance_id=item.instance_id, reason="over")
    assert everybody(item) == set()


def test_a_substitute_signs_for_the_absent(plan, alice, bob, dora, clock):
    from tests.factories import SubstitutionFactory

    item = plan()
    SubstitutionFactory(substituted=bob, substitute=dora, starts=clock.now())
    (signer,) = add(alice, item, bob)
    assert item_of(signer).assignee == dora
    sign(dora, signer)
    (said,) = operations.step_variables(fresh(item))["signers"]
    assert (said["person"], said["by"]) == ("bob", "dora")


def test_completing_a_task_nobody_was_added_to_costs_nothing_more(plan, alice, bob):
    item = plan()
    with CaptureQueriesContext(
        connection,
    ) as plain:
        answer(alice, item)
    assert not [query for query in plain.captured_queries if "tasks_inbox_signer" in query["sql"]]


def test_sending_back_closes_the_signers_and_the_task_comes_back_without(plan, alice, bob, dora, manager):
    item = plan(actor=alice)
    answer(alice, item)
    second = WorkItem.objects.get(instance=item.instance, element="second")
    (signer,) = add(manager, second, bob)
    add(bob, item_of(signer), dora, where=Where.BEFORE)
    back = commands.return_work_item(actor=manager, work_item_id=second.pk, target="previous", reason="again")
    assert back.element == "first"
    assert everybody(item) == {"alice"}
    answer(alice, back)
    again = WorkItem.objects.get(instance=item.instance, element="second", status="open")
    assert (again.has_signers, again.awaits) == (False, 0)


def test_while_somebody_signs_before_nothing_is_sent_back(plan, alice, bob, manager):
    item = plan(actor=alice)
    answer(alice, item)
    second = WorkItem.objects.get(instance=item.instance, element="second")
    (signer,) = add(manager, second, bob, where=Where.BEFORE)
    with pytest.raises(SignersAwaited):
        commands.return_work_item(actor=manager, work_item_id=second.pk, target="previous", reason="again")
    remove(manager, signer)
    commands.return_work_item(actor=manager, work_item_id=second.pk, target="previous", reason="again")


def test_a_signer_sends_nothing_back(plan, alice, bob, manager):
    item = plan(actor=alice)
    answer(alice, item)
    second = WorkItem.objects.get(instance=item.instance, element="second")
    (signer,) = add(manager, second, bob)
    with pytest.raises(ReturnImpossible):
        commands.return_work_item(actor=bob, work_item_id=item_of(signer).pk, target="previous", reason="again")
    assert everybody(item) == {"manager", "bob"}


def test_an_answer_is_taken_back_while_nobody_has_signed_it(plan, alice, bob, dora):
    item = plan(actor=alice)
    add(alice, item, bob, where=Where.AFTER)
    answer(alice, item)
    back = commands.withdraw_work_item(actor=alice, work_item_id=item.pk)
    assert everybody(item) == {"alice"}
    assert (back.element, back.has_signers) == ("first", False)


def test_what_somebody_signed_is_not_taken_back(plan, alice, bob, dora):
    item = plan(actor=alice)
    first, _second = add(alice, item, bob, dora, where=Where.AFTER)
    answer(alice, item)
    sign(bob, first)
    for person, theirs in ((alice, item), (bob, item_of(first))):
        with pytest.raises((TooLateToWithdraw, WithdrawImpossible)):
            commands.withdraw_work_item(actor=person, work_item_id=theirs.pk)
    assert everybody(item) == {"dora"}


def test_a_move_to_another_version_keeps_them(plan, alice, bob, dora, manager, operator):
    item = plan()
    (before,) = add(alice, item, bob, where=Where.BEFORE)
    (after,) = add(alice, item, dora, where=Where.AFTER)
    drawn = diagram(
        "planning",
        "start -> first -> between -> second -> end",
        start=start(),
        first=user(assignee="alice", properties=WITH_FORM),
        between=user(assignee="manager"),
        second=user(assignee="manager"),
        end=end(),
    )
    store_versions(actor=None, files={"planning.bpmn": drawn, "plan.form": orjson.dumps(FORM)})
    start_migration(actor=None, process_key="planning", source=1, target=2)
    assert migrate_one(MigrationResult.objects.get().pk)
    assert running.reload(item.instance).version.number == 2
    assert everybody(item) == {"alice", "bob"}
    assert fresh(item).awaits == 1
    sign(bob, before)
    answer(alice, fresh(item))
    sign(dora, after)
    assert everybody(item) == {"manager"}
    assert running.waiting_at(item.instance) == ["between"]


# --- votes ----------------------------------------------------------------------------------------------------------


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
