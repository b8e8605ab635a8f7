"""Complaints of the demo company: new, in work, waiting, paused, late at each level, and ended in each way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from config.demo.cases import COMPLAINTS, INQUIRIES, LANGUAGES
from config.demo.stage import Answers, Cue, Scene, Stage
from crm_core.customers.models import Customer
from crm_core.service import commands as service
from crm_core.service.models import RequestKind, ServiceRequest

DAY = 8.0
CASES = {case.subject: case for case in COMPLAINTS}
LATE = ("late-decide", "very-late-decide", "far-too-late-decide")
GO_ON: Answers = {
    "classify": {"outcome": "complaint"},
    "approve": {"outcome": "approve"},
    **{element: {"decision": "leave"} for element in LATE},
}


def cues(stage: Stage) -> Iterator[Cue]:
    """When each complaint comes in, and how far it got."""
    cold, bill, late, leak, promise, hotline, deposit, noise, privacy, ceiling, price, warranty = CASES
    # ended, each in its way
    yield 24 * DAY, _handled(stage, cold, score=5)
    yield 20 * DAY, _handled(stage, warranty, branch="SH", score=4)
    yield 18 * DAY, _handled(stage, noise, score=None)  # no answer
    yield 16 * DAY, _handled(stage, hotline, branch="SH", content=False)
    yield 15 * DAY, _handled(stage, promise, until="change-policy")
    yield 12 * DAY, _withdrawn(stage, price)
    yield 9 * DAY, _sorted_out(stage, noise, "not_a_complaint", "客户只是询问清洗周期，并无不满。")
    yield 8 * DAY, _twice(stage, bill)
    # under way, as it should be
    yield 0.3 * DAY, _handled(stage, noise, until="classify")
    yield 0.15 * DAY, _handled(stage, late, branch="SH", until="classify")
    yield 0.7 * DAY, _handled(stage, bill, until="investigate")
    yield 1.2 * DAY, _handled(stage, leak, until="propose")
    yield 1.6 * DAY, _handled(stage, promise, until="reply")
    yield 2.4 * DAY, _handled(stage, deposit, until="approve")  # the manager's or director's turn
    yield 2.8 * DAY, _handled(stage, ceiling, until="approve", level="gold")
    yield 1.4 * DAY, _handled(stage, price, until="approve", paid=26_000)
    yield 2.0 * DAY, _handled(stage, cold, until="give-opinion", consult=("finance", "sales"))
    yield 2.2 * DAY, _handled(stage, leak, until="give-opinion", consult=("maintenance",))
    yield 2.6 * DAY, _handled(stage, warranty, until="", branch="SH", steps=4)  # the customer's turn
    yield 2.5 * DAY, _handled(stage, late, until="apologise", branch="SH", score=4)
    yield 4.0 * DAY, _handled(stage, price, until="pay-by-hand", score=5)
    yield 3.2 * DAY, _handled(stage, deposit, until="pay-by-hand", score=4)
    yield 2.1 * DAY, _handled(stage, ceiling, until="uphold", score=3)
    yield 5.0 * DAY, _handled(stage, cold, until="learn", score=5)
    yield 6.0 * DAY, _handled(stage, hotline, branch="SH", until="learn", score=4)
    yield 4.5 * DAY, _handled(stage, bill, until="mediate", content=False)
    yield 1.1 * DAY, _handled(stage, privacy, branch="SH", until="approve")  # legal is asked
    yield 0.5 * DAY, _handled(stage, ceiling, until="investigate", level="platinum", buys="platinum")
    yield 2.0 * DAY, _paused(stage, promise)
    # late: 80, 100, 150 and 200 percent of the promised time
    yield 6.1 * DAY, _handled(stage, deposit, until="investigate")
    yield 7.6 * DAY, _handled(stage, cold, until="investigate", leave=LATE)
    yield 11.4 * DAY, _handled(stage, promise, until="propose", leave=LATE)
    yield 15.2 * DAY, _handled(stage, noise, until="investigate", leave=LATE, normal=True)
    for number in range(len(INQUIRIES)):
        yield (3 - 0.6 * number) * DAY, _asked(stage, number, answered=number % 2 == 0)


def _handled(
    stage: Stage,
    subject: str,
    *,
    until: str = "",
    branch: str = "HZ",
    level: str = "standard",
    buys: str = "",
    content: bool = True,
    score: int | None = None,
    consult: Sequence[str] = (),
    leave: Sequence[str] = (),
    steps: int = 30,
    normal: bool = False,
    paid: int = 0,
) -> Scene:
    """A complaint is worked on up to a task; a score makes its customer answer the reply."""
    request = _complain(
        stage,
        subject,
        stage.customer(branch=branch, level=level, buys=buys, language=LANGUAGES[CASES[subject].language]),
    )
    answers: dict[str, Any] = {**GO_ON, "investigate": {"consult": list(consult)}}
    if normal:
        answers["classify"] = {"outcome": "complaint", "agent_severity": "normal"}
    if paid:
        answers["propose"] = {"compensation": paid}

    def customer_answers() -> bool:
        request.refresh_from_db()
        asked = request.is_open and request.replied_at is not None and request.customer_satisfied is None
        if not asked or (content and score is None):
            return False
        desk = stage.desk(branch)
        service.record_customer_answer(
            actor=desk, request_id=request.pk, satisfied=content, score=score if content else 2
        )
        return True

    yield from stage.walk(
        request, until, answers=answers, pause=2.0, otherwise=customer_answers, leave=leave, steps=steps
    )


def _withdrawn(stage: Stage, subject: str) -> Scene:
    """The customer takes it back while it is looked into."""
    request = _complain(stage, subject, stage.customer())
    yield from stage.walk(request, "propose", answers=GO_ON)
    reason = "客户来电：问题已自行解决，撤回投诉。"
    service.withdraw_complaint(actor=stage.desk("HZ"), request_id=request.pk, reason=reason)


def _sorted_out(stage: Stage, subject: str, outcome: str, facts: str, **more: Any) -> Scene:
    """The desk finds that there is nothing to handle."""
    request = _complain(stage, subject, stage.customer())
    yield from stage.walk(request, answers={"classify": {"outcome": outcome, "facts": facts, **more}}, steps=1)


def _twice(stage: Stage, subject: str) -> Scene:
    """The same customer calls twice about the same thing."""
    customer = stage.customer()
    first = _complain(stage, subject, customer)
    yield from stage.walk(first, "propose", answers=GO_ON)
    second = _complain(stage, subject, customer)
    known = {"outcome": "duplicate", "duplicate_of": first.number, "facts": f"与 {first.number} 为同一事项。"}
    yield from stage.walk(second, answers={"classify": known}, steps=1)
    yield from stage.walk(first, answers=GO_ON)


def _paused(stage: Stage, subject: str) -> Scene:
    """The clock stands until the customer sends what was asked for."""
    request = _complain(stage, subject, stage.customer())
    yield from stage.walk(request, "propose", answers=GO_ON)
    service.pause_clock(actor=stage.desk("HZ"), request_id=request.pk, reason="等待客户补充微信聊天截图。")


def _asked(stage: Stage, number: int, *, answered: bool) -> Scene:
    """A question, answered the same day or still open."""
    case = INQUIRIES[number]
    branch = "SH" if case.language == "en" else "HZ"
    desk = stage.desk(branch)
    request = service.create_request(
        actor=desk,
        kind=RequestKind.INQUIRY,
        subject=case.subject,
        customer_id=stage.customer(branch=branch, language=LANGUAGES[case.language]).pk,
        values={"description": case.words},
    )
    yield 3.0
    if answered:
        service.answer_request(actor=desk, request_id=request.pk, answer=case.answers["answer"])


def _complain(stage: Stage, subject: str, customer: Customer) -> ServiceRequest:
    case = CASES[subject]
    return service.create_request(
        actor=stage.desk(customer.org_unit.code[:2]),
        kind=RequestKind.COMPLAINT,
        subject=case.subject,
        customer_id=customer.pk,
        channel=stage.chance.choice(("phone", "wechat", "email", "web")),
        values={"description": case.words},
    )
