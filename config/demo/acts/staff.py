"""Staff of the demo company at their inboxes: they take tasks, draft, ask, hand over and complete."""

from __future__ import annotations

import random

from accounts.models import User
from config.demo.acts.deeds import Deed, about, any_of, holder
from config.demo.cases import EN, ZH, known_case
from config.demo.company import demo_people
from config.demo.words import PHRASES
from config.demo.working import answers_to, complete, language_of, record_of
from crm_core.service import commands as service
from crm_core.service.models import RequestKind, ServiceRequest
from tasks_inbox import commands
from tasks_inbox.models import WorkItem
from tasks_inbox.queries import View, page
from tasks_inbox.standing import standing_of

REMARKS = {
    ZH: ("@{colleague} 请帮忙看一下这一条。", "已电话联系客户，下午回复。", "资料齐了，今天处理。"),
    EN: (
        "@{colleague} could you have a look at this?",
        "Called the customer, answer this afternoon.",
        "I have it all.",
    ),
}


def work_on_a_task(chance: random.Random) -> Deed | None:
    """Somebody opens their inbox and does something with the first tasks in it, most often completing one."""
    people = [person for person in demo_people().values() if person.is_active]
    chance.shuffle(people)
    for person in people:
        found = list(page(person, View.MINE).items) + list(page(person, View.GROUPS).items)
        if found:
            return _do(chance, person, chance.choice(found[:8]))
    return None


def answer_question(chance: random.Random) -> Deed | None:
    """Somebody at the desk answers a question that is no complaint."""
    person = holder(chance, "service-agent", "service")
    if person is None:
        return None
    open_ones = ServiceRequest.objects.visible_to(person).filter(status__in=ServiceRequest.OPEN)
    request = any_of(chance, open_ones.filter(kind=RequestKind.INQUIRY).select_related("customer"))
    if request is None:
        return None
    case = known_case(request.subject)
    answer = case.answers["answer"] if case else PHRASES["reply"][language_of(person, request)][0]
    service.answer_request(actor=person, request_id=request.pk, answer=answer)
    return Deed(person, "answered the question", about(request))


def _do(chance: random.Random, person: User, item: WorkItem) -> Deed | None:
    """Complete it, or now and then take, draft, remark on, hand over or give back."""
    standing = standing_of(person, item)
    acts = [(70, _complete)] if standing.may_complete else []
    acts += [(30, _take)] if standing.may_claim else [(8, _draft), (8, _remark)] if standing.may_complete else []
    acts += [(3, _hand_over)] if standing.may_transfer and not standing.may_claim else []
    acts += [(3, _give_back)] if standing.may_release else []
    if not acts:
        return None
    return chance.choices([act for _weight, act in acts], [weight for weight, _act in acts])[0](chance, person, item)


def _complete(chance: random.Random, person: User, item: WorkItem) -> Deed | None:
    done = complete(person, item, chance)
    return _deed(person, f"completed “{item.name}”{f' ({done.outcome})' if done.outcome else ''}", item)


def _take(chance: random.Random, person: User, item: WorkItem) -> Deed | None:
    commands.claim_work_item(actor=person, work_item_id=item.pk)
    return _deed(person, f"took “{item.name}”", item)


def _draft(chance: random.Random, person: User, item: WorkItem) -> Deed | None:
    commands.save_draft(actor=person, work_item_id=item.pk, answers=answers_to(person, item, chance))
    return _deed(person, f"began to fill in “{item.name}”", item)


def _remark(chance: random.Random, person: User, item: WorkItem) -> Deed | None:
    colleague = (item.assignee if item.assignee != person else None) or person.manager or person
    text = chance.choice(REMARKS[language_of(person, record_of(item))]).format(colleague=colleague.username)
    commands.comment_on_work_item(actor=person, work_item_id=item.pk, text=text)
    return _deed(person, f"commented on “{item.name}”", item)


def _hand_over(chance: random.Random, person: User, item: WorkItem) -> Deed | None:
    """To a colleague of the same unit, who sees the same records."""
    unit = person.org_unit_id
    colleagues = [other for other in demo_people().values() if other.org_unit_id == unit and other != person]
    if not colleagues:
        return None
    to = chance.choice(colleagues)
    commands.transfer_work_item(actor=person, work_item_id=item.pk, recipient=to)
    return _deed(person, f"handed “{item.name}” to {to.username}", item)


def _give_back(chance: random.Random, person: User, item: WorkItem) -> Deed | None:
    commands.release_work_item(actor=person, work_item_id=item.pk)
    return _deed(person, f"gave “{item.name}” back", item)


def _deed(person: User, what: str, item: WorkItem) -> Deed:
    return Deed(person, what, about(record_of(item)) or item.record_number)
