"""What people of the demo company say to customers and to each other: calls, contacts, drafts, remarks, hand-overs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.demo.cases import CONTACTS, NOTES
from config.demo.stage import Cue, Scene, Stage
from config.demo.working import answers_to, language_of
from crm_core.customers.commands import add_contact
from crm_core.customers.models import Customer
from crm_core.interactions import commands as interactions
from tasks_inbox import commands as inbox
from tasks_inbox.models import WorkItem

DAY = 8.0
SELLERS = ("li.wei", "wang.fang", "emma.clark")


def cues(stage: Stage) -> Iterator[Cue]:
    """Calls over the last weeks, and on the last day the traces of work in progress."""
    for number in range(24):
        yield (23 - number * 0.95) * DAY, _call(stage, SELLERS[number % 3], number)
    yield 0.4, _remarks(stage)
    yield 0.35, _drafts(stage)


def _call(stage: Stage, seller: str, number: int) -> Scene:
    """A salesperson calls a customer and enters whom they spoke to."""
    person = stage.people[seller]
    mine = Customer.objects.filter(owner=person, kind="organisation").order_by("import_key")
    customer = mine[(number * 3) % mine.count()]
    language = language_of(person, customer)
    name, post = stage.chance.choice(CONTACTS[language])
    contact = add_contact(
        actor=person,
        customer_id=customer.pk,
        values={"name": name, "post": post, "mobile": f"139{stage.chance.randrange(10**7, 10**8)}"},
    )
    yield 0.2
    interactions.log_call(
        actor=person,
        customer_id=customer.pk,
        contact_id=contact.pk,
        summary=stage.chance.choice(NOTES[language]),
        minutes=stage.chance.randint(3, 25),
    )


def _remarks(stage: Stage) -> Scene:
    """People ask each other about tasks, and hand one over."""
    remarks = (
        ("investigate", "liu.yang", "@shi.min 这家是今年的重点客户，请您看一下处理方案。"),
        ("approve", "chen.jie", "@li.wei 请把框架合同的意向书传上来，我下午处理。"),
        ("on-site", "xu.tao", "@liu.yang 客户要求上午到场，已电话确认。"),
        (
            "complete-request",
            "emma.clark",
            "@james.miller they ask for platinum terms from January; is that all right?",
        ),
    )
    for element, person, text in remarks:
        item = _first(stage, element, person)
        if item is not None:
            inbox.comment_on_work_item(actor=stage.people[person], work_item_id=item.pk, text=text)
    item = _first(stage, "complete-request", "wang.fang")
    if item is not None:
        reason = "这家客户由你跟进，请补充申请。"
        inbox.transfer_work_item(
            actor=stage.people["wang.fang"], work_item_id=item.pk, recipient=stage.people["li.wei"], reason=reason
        )
    yield 0.0


def _drafts(stage: Stage) -> Scene:
    """Half-written answers wait in several inboxes."""
    for element, person in (
        ("complete-request", "li.wei"),
        ("investigate", "liu.yang"),
        ("approve", "zhao.lei"),
        ("complete-request", "emma.clark"),
    ):
        item = _first(stage, element, person)
        if item is not None:
            actor = stage.people[person]
            answers: dict[str, Any] = answers_to(actor, item, stage.chance)
            inbox.save_draft(actor=actor, work_item_id=item.pk, answers=answers)
    yield 0.0


def _first(stage: Stage, element: str, holder: str) -> WorkItem | None:
    held = WorkItem.objects.in_context().filter(status=WorkItem.Status.OPEN, assignee=stage.people[holder])
    return held.filter(element=element).order_by("created_at", "record_number").first()
