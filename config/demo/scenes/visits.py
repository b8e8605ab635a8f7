"""Work orders of the demo company: one at every task, waiting for every message, and ended in several ways."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from config.demo.cases import FAULTS, LANGUAGES
from config.demo.stage import Answers, Cue, Scene, Stage
from crm_core.days import today_at
from crm_core.dispatch import commands as dispatch
from crm_core.dispatch import queries as visits
from crm_core.service.models import WorkOrder

DAY = 8.0
CASES = {case.subject: case for case in FAULTS}
GO_ON: Answers = {
    "remote-diagnosis": {"solved": False},
    "technician-answer": {"answer": "accept"},
    "on-site": {"outcome": "done"},
    "sign-off": {"complains": False, "score": 5},
    "inspect": {"passed": "yes"},
    "call-customer": {"quote_answer": "accepted"},
}


def cues(stage: Stage) -> Iterator[Cue]:
    """When each visit is ordered, and how far it got."""
    hot, leak, panel, filters, trips, water, fan = CASES
    # done, solved from afar, refused, cancelled
    yield 21 * DAY, _visit(stage, hot)
    yield 17 * DAY, _visit(stage, leak, level="gold")
    yield 13 * DAY, _visit(stage, panel, branch="SH")
    yield 10 * DAY, _visit(stage, filters, answers={"remote-diagnosis": {"solved": True}})
    yield 9 * DAY, _visit(stage, trips, charged=True, agrees=False)
    yield 7 * DAY, _visit(stage, water, branch="SH", charged=True, agrees=True)
    yield 6 * DAY, _cancelled(stage, fan)
    # one at every task
    yield 0.15 * DAY, _visit(stage, hot, until="remote-diagnosis")
    yield 0.1 * DAY, _visit(stage, water, branch="SH", until="remote-diagnosis")
    yield 1.0 * DAY, _visit(stage, trips, charged=True, agrees=None)  # the quote is out
    yield 2.9 * DAY, _visit(stage, fan, charged=True, agrees=None)  # nobody answered it: the desk is to call
    yield 0.35 * DAY, _visit(stage, filters, until="assign")
    yield 0.5 * DAY, _visit(stage, leak, until="assign")
    yield 0.45 * DAY, _visit(stage, hot, until="technician-answer", pause=1.0)
    yield 0.8 * DAY, _visit(stage, fan, until="on-site")
    yield 1.1 * DAY, _visit(stage, trips, until="on-site", level="silver")
    yield 1.3 * DAY, _visit(stage, panel, branch="SH", until="on-site")
    yield 1.6 * DAY, _visit(stage, hot, until="sign-off")
    yield 1.5 * DAY, _visit(stage, leak, until="fetch-parts", answers=_site("need_parts"))
    yield 2.5 * DAY, _visit(stage, hot, answers={**_site("need_parts"), "fetch-parts": {"from_stock": False}})
    yield 3.0 * DAY, _visit(stage, filters, until="call-about-visit", answers=_site("no_one_home"))
    yield 2.2 * DAY, _visit(stage, trips, until="inspect", answers=_site("done"), critical=True)
    yield 2.6 * DAY, _visit(stage, water, until="inspect", branch="SH", critical=True)
    refused = {"technician-answer": {"answer": "refuse"}}
    yield 1.2 * DAY, _visit(stage, leak, until="decide-assignment", answers=refused)


def _site(outcome: str) -> Answers:
    return {"on-site": {"outcome": outcome}}


def _visit(
    stage: Stage,
    subject: str,
    *,
    until: str = "",
    branch: str = "HZ",
    level: str = "",
    charged: bool = False,
    agrees: bool | None = True,
    critical: bool = False,
    pause: float = 1.5,
    answers: Answers | None = None,
) -> Scene:
    """Somebody is sent, up to a task; who is to pay is asked first. ``agrees`` None: the customer says nothing."""
    order = _order(stage, subject, branch, level, charged=charged, critical=critical)
    desk = stage.desk(branch)

    def customer_answers() -> bool:
        order.refresh_from_db()
        if agrees is None or "accept_quote" not in visits.acts_open_to(desk, order):
            return False
        act = dispatch.accept_quote if agrees else dispatch.refuse_quote
        act(actor=desk, order_id=order.pk)
        return True

    known = {**GO_ON, **(answers or {})}
    yield from stage.walk(order, until, answers=known, pause=pause, otherwise=customer_answers)


def _cancelled(stage: Stage, subject: str) -> Scene:
    """The customer needs no visit any more."""
    order = _order(stage, subject, "HZ", "")
    yield from stage.walk(order, "on-site", answers=GO_ON)
    desk, reason = stage.desk("HZ"), "客户已自行修复，取消上门。"
    dispatch.cancel_work_order(actor=desk, order_id=order.pk, reason=reason)


def _order(
    stage: Stage, subject: str, branch: str, level: str, *, charged: bool = False, critical: bool = False
) -> WorkOrder:
    case = CASES[subject]
    customer = stage.customer(branch=branch, level=level, language=LANGUAGES[case.language])
    values: dict[str, Any] = {"skill": case.skill, "description": case.words, "site": customer.address}
    if not charged:
        values["warranty_until"] = today_at(customer.org_unit) + timedelta(days=200)
    if critical:
        values["safety"] = "no_power"
    desk = stage.desk(branch)
    return dispatch.create_work_order(actor=desk, customer_id=customer.pk, subject=case.subject, values=values)
