"""The last two weeks in the demo company: what people asked for, decided and left lying in their inboxes."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from accounts import queries as organisation
from accounts.models import User
from config.clock import DrivenClock
from config.demo.pump import carry_out_what_is_due
from crm_core.customers.commands import add_contact
from crm_core.customers.models import Customer
from crm_core.dispatch import commands as dispatch
from crm_core.interactions import commands as interactions
from crm_core.levels import commands as levels
from crm_core.service import commands as service
from tasks_inbox import commands as inbox
from tasks_inbox.models import WorkItem
from tasks_inbox.operations import step_variables

JUSTIFICATION = "Orders have grown steadily, the customer pays on time and asks for a framework contract."
NOTES = (
    ("Asked for a quotation for the yearly cleaning; wants an answer this week.", "询问年度清洗报价，希望本周答复。"),
    (
        "Happy with the last visit. Mentioned plans for a second site next spring.",
        "对上次服务满意，提到明年春天开设新址的计划。",
    ),
    ("Wants invoices by e-mail from now on.", "希望今后用邮件收取发票。"),
    ("Invited to the spring fair; two people will come.", "已邀请参加春季展会，两人出席。"),
)


COMPLAINTS = (
    ("冷水机组两次停机", "展会期间东翼两次停机，38 间客房无制冷，要求退还服务费。"),
    ("发票金额与合同不符", "十月发票多收 1,200 元，要求更正。"),
    ("Technician came a day late", "The visit was promised for Tuesday; nobody called."),
    ("维修后漏水", "更换水泵后仍然漏水，已影响仓库。"),
    ("前台答复不一致", "电话和微信给出的优惠政策不同。"),
    ("Rude answer on the hotline", "The caller was cut off twice."),
    ("押金退还太慢", "三周仍未收到退款。"),
    ("空调噪音大", "会议室无法使用。"),
)
FAULTS = (
    ("机房空调报警", "hvac"),
    ("三楼水管渗漏", "plumbing"),
    ("Control panel is dead", "electric"),
    ("滤网堵塞", "hvac"),
)
MANY_ORDERS = 8
DISPUTE = "The last two invoices are disputed."


class Story:
    """Plays the people of the demo company on a driven clock."""

    def __init__(self, people: Mapping[str, User], clock: DrivenClock, say: Callable[[str], None]) -> None:
        self.people = people
        self.clock = clock
        self.say = say
        self.chance = random.Random(7)  # noqa: S311 - a demo, the same every time

    def tell(self, until: datetime) -> None:
        """Everything from the clock's present to ``until``."""
        self._talk_to_customers()
        self._pass(hours=3)
        self._ask_for_levels()
        self._pass(hours=20)
        self._complete_requests(share=0.9)
        self._pass(hours=24)
        self._decide(share=0.8)
        self._pass(hours=24)
        self._decide(share=0.8)
        self.clock.advance_to(until - timedelta(hours=5))
        carry_out_what_is_due()
        self._ask_for_levels()
        self._complete_requests(share=0.4)
        self._complain()
        self._order_visits()
        self._classify(share=0.5)
        levels.start_level_review(actor=None, as_of=self.clock.now().date(), branch="SH")
        carry_out_what_is_due()
        self._decide(share=0.2)
        self.clock.advance_to(until)
        carry_out_what_is_due()
        self.say(f"{WorkItem.objects.filter(status='open').count()} open tasks")

    def _pass(self, *, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))
        carry_out_what_is_due()

    def _talk_to_customers(self) -> None:
        for owner in ("li.wei", "wang.fang", "emma.clark"):
            person = self.people[owner]
            for customer in Customer.objects.filter(owner=person, kind="organisation").order_by("number")[:12]:
                english, chinese = self.chance.choice(NOTES)
                note = english if owner == "emma.clark" else chinese
                add_contact(actor=person, customer_id=customer.pk, values=self._contact(customer))
                interactions.log_call(actor=person, customer_id=customer.pk, summary=note)

    def _contact(self, customer: Customer) -> dict[str, Any]:
        names = ("Anna Moore", "Peter Hughes", "Ruth Ellis") if customer.name.isascii() else ("唐梅", "冯斌", "宋佳")
        mobile = f"139{self.chance.randrange(10**7, 10**8)}"
        return {"name": self.chance.choice(names), "mobile": mobile, "role": "decision_maker"}

    def _complain(self) -> None:
        agent = self.people["liu.yang"]
        customers = Customer.objects.filter(org_unit__path__startswith="/HQ/HZ/", kind="organisation").order_by(
            "-number"
        )
        for customer, (subject, words) in zip(customers, COMPLAINTS, strict=False):
            values = {"description": words}
            service.create_request(
                actor=agent, kind="complaint", subject=subject, customer_id=customer.pk, values=values
            )
        carry_out_what_is_due()

    def _order_visits(self) -> None:
        agent = self.people["liu.yang"]
        customers = Customer.objects.filter(org_unit__path__startswith="/HQ/HZ/", kind="organisation").order_by(
            "number"
        )
        for customer, (subject, skill) in zip(customers, FAULTS, strict=False):
            dispatch.create_work_order(
                actor=agent, customer_id=customer.pk, subject=subject, values={"skill": skill, "description": subject}
            )
        carry_out_what_is_due()

    def _classify(self, *, share: float) -> None:
        """The agent sorts half of the new complaints, so that the handlers have something to investigate."""
        agent = self.people["liu.yang"]
        for item in self._open("classify"):
            if self.chance.random() < share:
                facts = {"outcome": "complaint", "facts": "Confirmed on the phone.", "category": "facility_fault"}
                self._complete(item, agent, facts)

    def _ask_for_levels(self) -> None:
        """Customers who buy far more than their level says: their owners ask for a better one."""
        quiet = Customer.objects.filter(level="standard", level_changes=None).order_by("number")
        under = list(quiet.annotate(bought=Count("orders")).filter(bought__gte=MANY_ORDERS).select_related("owner"))
        for customer in under[:30]:
            assert customer.owner is not None
            levels.request_level_change(actor=customer.owner, customer_id=customer.pk)
        carry_out_what_is_due()

    def _complete_requests(self, *, share: float) -> None:
        for item in self._open("complete-request"):
            if self.chance.random() < share and item.assignee is not None:
                answers = {"proposed_level": self._recommended(item), "reason": "consumption"}
                self._complete(item, item.assignee, answers)

    def _decide(self, *, share: float) -> None:
        for item in self._open("approve"):
            approver = item.assignee or self._candidate(item)
            if self.chance.random() >= share or approver is None:
                continue
            refuse = self.chance.random() < 0.15
            no = {"outcome": "reject", "decision_reason": DISPUTE}
            self._complete(item, approver, no if refuse else {"outcome": "approve"})

    def _complete(self, item: WorkItem, actor: User, answers: Mapping[str, Any]) -> None:
        inbox.complete_work_item(actor=actor, work_item_id=item.pk, answers=answers)
        carry_out_what_is_due()

    def _recommended(self, item: WorkItem) -> str:
        return str((step_variables(item).get("recommendation") or {}).get("level") or "silver")

    def _candidate(self, item: WorkItem) -> User | None:
        keys = item.candidates.values_list("group_key", flat=True)
        return next((person for key in keys if key for person in organisation.members_of(key)), None)

    @staticmethod
    def _open(element: str) -> list[WorkItem]:
        waiting = WorkItem.objects.filter(status="open", element=element).select_related("assignee")
        return list(waiting.order_by("created_at", "record_number"))


def _companies_of_hangzhou() -> QuerySet[Customer]:
    return Customer.objects.filter(org_unit__path__startswith="/HQ/HZ/", kind="organisation")
