"""A plan sent back to its author from the decision, with and without coming straight back."""

from __future__ import annotations

from tasks_inbox import commands, returning
from tasks_inbox.models import WorkItem
from tests.scenarios.marketing_plan.conftest import PASS, advise, written


def at_the_decision(run, analyst, marketing_manager, people):
    run.complete("draft", analyst, **written(run.plan))
    run.complete("evaluate", marketing_manager, **PASS)
    for person in people:
        advise(run, person)
    return run.item("approve")


def test_to_the_author_and_straight_back(
    planned, analyst, marketing_manager, finance, manager, service_manager, quality
):
    run = planned()
    item = at_the_decision(run, analyst, marketing_manager, (finance, manager, service_manager, quality))
    steps = returning.steps_back(item)
    assert [step.element for step in steps][:2] == ["draft", "evaluate"]
    draft = steps[0]
    back = commands.return_work_item(
        actor=marketing_manager, work_item_id=item.pk, target=draft.key, reason="Dates?", straight_back=True
    )
    assert (back.element, back.assignee) == ("draft", analyst)
    assert run.waiting == ["draft"]
    run.complete("draft", analyst, **written(run.plan, offer="Five percent"))
    assert run.waiting == ["approve"]
    assert run.item("approve").pk == item.pk
    run.complete("approve", marketing_manager, outcome="approve", comment="Go")
    assert run.plan.status == "approved"


def test_to_the_author_and_along_the_flows_again(
    planned, analyst, marketing_manager, finance, manager, service_manager, quality
):
    run = planned()
    item = at_the_decision(run, analyst, marketing_manager, (finance, manager, service_manager, quality))
    opinions = next(step for step in returning.steps_back(item) if step.element == "give-opinion")
    assert opinions.blocked is not None, "the round in which departments were asked is over"
    preview = returning.preview_return(item, returning.steps_back(item)[0].key)
    assert {each.element for each in preview.closes if each.kind == "userTask"} == {"approve"}
    commands.return_work_item(
        actor=marketing_manager,
        work_item_id=item.pk,
        target=preview.target.key,
        reason="Start over.",
        seen=preview.digest,
    )
    assert run.waiting == ["draft"]
    assert at_the_decision(run, analyst, marketing_manager, (finance, manager, service_manager, quality)).is_open
    run.complete("approve", marketing_manager, outcome="approve", comment="Go")
    assert run.plan.status == "approved"


def test_one_department_goes_back_before_all_of_them_were_asked(
    planned, analyst, marketing_manager, finance, manager, service_manager, quality
):
    run = planned()
    run.complete("draft", analyst, **written(run.plan))
    run.complete("evaluate", marketing_manager, **PASS)
    mine = WorkItem.objects.filter(status="open", element="give-opinion").order_by("created_at", "loop")
    item = next(item for item in mine if returning.steps_back(item))
    person = item.assignee or finance
    commands.claim_work_item(actor=person, work_item_id=item.pk) if item.assignee is None else None
    preview = returning.preview_return(item, "previous")
    assert {each.element for each in preview.closes if each.kind == "userTask"} == {"give-opinion"}
    assert sum(each.kind == "userTask" for each in preview.closes) == 4
