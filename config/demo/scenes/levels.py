"""Level changes of the demo company: applied, refused, returned, revoked, waiting for each kind of approver."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from config.demo.stage import Answers, Cue, Scene, Stage
from crm_core.customers.models import Customer
from crm_core.days import today_at
from crm_core.levels import commands as levels
from crm_core.levels.models import ChangeSource, LevelChange

JUSTIFICATION = "今年订单稳定增长，按时付款，正在洽谈框架合同，希望先行升级以示支持。"
DISPUTED = {"approve": {"outcome": "reject", "decision_reason": "最近两张发票有争议，结清后再申请。"}}
INCOMPLETE = {"approve": {"outcome": "return", "decision_reason": "请补充框架合同的意向书。"}}
YES = {"approve": {"outcome": "approve"}}
DAY = 8.0


def cues(stage: Stage) -> Iterator[Cue]:
    """When each request for another level begins, and how far it came."""
    for number, owner in enumerate(("li.wei", "wang.fang", "li.wei", "wang.fang", "emma.clark", "li.wei")):
        yield (22 - 2 * number) * DAY, _asked(stage, owner, "silver")  # applied
    yield 20 * DAY, _revoked(stage, "wang.fang")
    yield 12 * DAY, _asked(stage, "li.wei", "silver", approve=DISPUTED)
    yield 5 * DAY, _asked(stage, "emma.clark", "silver", approve=DISPUTED)
    yield 9 * DAY, _withdrawn(stage, "wang.fang")
    yield 5 * DAY, _asked(stage, "li.wei", "silver", effective_in=9)  # approved, not yet in force
    yield 6 * DAY, _asked(stage, "li.wei", "silver", approve=INCOMPLETE, approvals=1)
    yield 3 * DAY, _asked(stage, "wang.fang", "platinum", approvals=1)  # the director's turn
    yield 4 * DAY, _asked(stage, "li.wei", "platinum", approvals=2)  # finance's turn
    yield 5 * DAY, _asked(stage, "emma.clark", "platinum", approvals=2)
    yield 4 * DAY, _asked(stage, "wang.fang", "gold", approvals=1)
    for number, owner in enumerate(("li.wei", "emma.clark", "wang.fang", "emma.clark")):
        yield (3.8 - 0.8 * number) * DAY, _asked(stage, owner, "silver", approvals=0)  # the manager's turn, one late
    yield 1.5 * DAY, _asked(stage, "li.wei", "standard", reason="correction", approvals=0)
    yield 0.6 * DAY, _asked(stage, "wang.fang", "silver", reason="correction", approvals=0)
    for number, owner in enumerate(("li.wei", "wang.fang", "emma.clark", "wang.fang") * 2):
        yield (2.6 - 0.3 * number) * DAY, _asked(stage, owner, "silver", approvals=-1)
    yield 2.2 * DAY, _premium(stage, "li.wei")
    yield 1.0 * DAY, _review(stage)


def _asked(
    stage: Stage,
    owner: str,
    wanted: str,
    *,
    approvals: int = 9,
    until: str = "",
    reason: str = "consumption",
    effective_in: int = 0,
    approve: Answers = YES,
) -> Scene:
    """A salesperson asks; so many approvers decide. With ``approvals`` -1 not even the request is completed."""
    change = _ask(stage, owner, wanted)
    given: dict[str, Any] = {"proposed_level": wanted, "reason": reason, "justification": JUSTIFICATION}
    if effective_in:
        day = today_at(change.org_unit) + timedelta(days=effective_in)
        given["effective_date"] = day.isoformat()
    answers = {**approve, "complete-request": given}
    yield from stage.walk(change, until, answers=answers, pause=3.5, steps=approvals + 1)


def _revoked(stage: Stage, owner: str) -> Scene:
    """Approved and applied, then taken back by the director."""
    change = _ask(stage, owner, "silver")
    yield from stage.walk(change, answers={**YES, "complete-request": {"proposed_level": "silver"}})
    yield 3 * DAY
    director = stage.people["zhao.lei"]
    levels.revoke_level_change(actor=director, change_id=change.pk, reason="两张订单随后取消，依据不再成立。")


def _withdrawn(stage: Stage, owner: str) -> Scene:
    """Asked for, then thought better of."""
    change = _ask(stage, owner, "silver")
    yield from stage.walk(change, "approve")
    yield DAY
    levels.withdraw_level_change(
        actor=stage.people[owner], change_id=change.pk, reason="客户正在更换法人，下季度再申请。"
    )


def _premium(stage: Stage, owner: str) -> Scene:
    """An application for the premium level, two ranks up."""
    customer = stage.customer(owner=owner, level="silver", buys="gold")
    change = levels.request_level_change(
        actor=stage.people[owner], customer_id=customer.pk, proposed_level="platinum", source=ChangeSource.PREMIUM
    )
    yield from stage.walk(change, "approve")


def _review(stage: Stage) -> Scene:
    """The review of Shanghai: upgrades for its manager, downgrades that owners may object to."""
    levels.start_level_review(actor=stage.people["james.miller"], as_of=stage.clock.now().date(), branch="SH")
    yield 2.0
    owner = stage.people["emma.clark"]
    lowered = LevelChange.objects.filter(owner=owner, source=ChangeSource.REVIEW, direction="down", status="requested")
    change = lowered.order_by("number").first()
    if change is not None:
        words = "Their new site opens next month; two orders are in writing."
        levels.object_to_level_change(actor=owner, change_id=change.pk, objection=words)


def _ask(stage: Stage, owner: str, wanted: str) -> LevelChange:
    customer: Customer = stage.customer(
        owner=owner, branch="SH" if owner == "emma.clark" else "HZ", level="standard", buys=wanted
    )
    return levels.request_level_change(actor=stage.people[owner], customer_id=customer.pk)
