"""Marketing plans of the demo company: drafted, judged, returned, running with their money, evaluated, given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts.models import OrgUnit
from config.demo import ideas
from config.demo.ideas import Idea
from config.demo.stage import Answers, Cue, Scene, Stage
from crm_core.days import today_at
from crm_core.marketing import commands as marketing
from crm_core.marketing import rule_commands as rules
from crm_core.marketing.models import Campaign, CampaignStatus, MarketingPlan, MemberStatus, PlanStatus

DAY = 8.0
AUTHOR = "lin.xia"
GOOD = {"fit": 4, "feasibility": 4, "cost": 3, "risk": 4}
PASS = {"outcome": "pass", "score": GOOD, "comment": "目标客户清楚，费用合理。"}
YES: Answers = {"evaluate": PASS, "approve": {"outcome": "approve"}, "ask-supplement": {"more": False}}
LONG = 90
"""More steps than any plan has: it is followed until the present."""


def cues(stage: Stage) -> Iterator[Cue]:
    """When each plan is drafted, and how far it came."""
    yield 25 * DAY, _rules(stage)
    # carried out
    yield 24.8 * DAY, _carried_out(stage, ideas.CALL_BACK, starts_in=4, days=8)  # evaluated
    yield 20 * DAY, _carried_out(stage, ideas.LUNCH, starts_in=8, days=6, until="evaluate-effect")
    yield (
        18 * DAY,
        _carried_out(stage, ideas.ENERGY, starts_in=9, days=40, costs=(9_800, 18_600, 15_400), until="ask-supplement"),
    )
    yield 14 * DAY, _carried_out(stage, ideas.WINTER, starts_in=6, days=45, costs=(1_400,), until="give-feedback")
    # on the way
    yield 3 * DAY, _drafted(stage, ideas.CALL_BACK, starts_in=6, until="give-opinion")  # soon to start: express
    yield 0.8 * DAY, _drafted(stage, ideas.TEA, starts_in=30)
    yield 0.5 * DAY, _drafted(stage, ideas.SCHOOLS, starts_in=40, until="evaluate")
    yield 1.5 * DAY, _drafted(stage, ideas.LUNCH, starts_in=30, until="evaluate")
    yield 2.5 * DAY, _drafted(stage, ideas.SCHOOLS, starts_in=60, until="give-opinion")
    yield 5 * DAY, _drafted(stage, ideas.ENERGY, starts_in=45, approvals=1)  # the director's turn
    yield 6 * DAY, _drafted(stage, ideas.FAIR, starts_in=90, approvals=4)  # headquarters' marketing
    yield 9 * DAY, _drafted(stage, ideas.LAUNCH, starts_in=70, approvals=4)  # the top's turn
    yield 4 * DAY, _drafted(stage, ideas.DRAW, starts_in=25, approvals=3)  # legal is asked
    yield 6 * DAY, _drafted(stage, ideas.RESEARCH, starts_in=20, approve=CONDITION, until="meet-condition")
    yield 7 * DAY, _drafted(stage, ideas.SCHOOLS, starts_in=50, approve=NOT_YET, until="revise")
    # ended
    yield 16 * DAY, _drafted(stage, ideas.DENTAL, starts_in=30, evaluate=NO)
    yield 11 * DAY, _withdrawn(stage, ideas.TEA, starts_in=35)


NOT_YET = {"outcome": "return", "decision_reason": "请先与三所学校确认意向，再定预算。"}
CONDITION = {"outcome": "approve_with_conditions", "new_conditions": [{"text": "访谈提纲须经法务审阅。"}]}
NO = {"outcome": "reject", "score": {**GOOD, "cost": 1, "risk": 2}, "decision_reason": "让利过高，明显亏损。"}


def _rules(stage: Stage) -> Scene:
    """What branches may spend, and what may be granted to customers."""
    today = stage.clock.now().date()
    for name, branch, amount in (("zhao.lei", "HZ", 1_600_000), ("james.miller", "SH", 900_000)):
        unit = OrgUnit.objects.get(code=branch)
        for year in (today.year, today.year + 1):
            rules.set_branch_budget(actor=stage.people[name], branch=unit, year=year, amount=Decimal(amount))
    rules.publish_policy(
        actor=stage.people["he.jing"],
        max_concession_percent=Decimal(10),
        contact_cap=4,
        contact_days=30,
        note="年度营销政策",
    )
    yield 0.0


def _drafted(
    stage: Stage,
    idea: Idea,
    *,
    starts_in: int,
    until: str = "",
    approvals: int = 0,
    approve: Any = None,
    evaluate: Any = None,
) -> Scene:
    """A plan goes its way up to a task, or to the turn of the next after so many approvers; else it stays a draft."""
    plan = _draft(stage, idea, starts_in, 30)
    if until or approvals or evaluate is not None:
        answers = {**YES, "approve": approve or YES["approve"], "evaluate": evaluate or PASS}
        way: dict[str, Any] = {"until": "approve", "but_first": approvals} if approvals else {"until": until}
        yield from stage.walk(plan, **way, answers=answers, pause=1.6)


def _carried_out(
    stage: Stage, idea: Idea, *, starts_in: int, days: int, costs: tuple[int, ...] = (3_600,), until: str = ""
) -> Scene:
    """A plan is approved, carried out day by day with its costs and contacts, and evaluated when its time is over."""
    plan = _draft(stage, idea, starts_in, days)
    owed = list(costs)

    def run() -> bool:
        plan.refresh_from_db()
        if plan.status == PlanStatus.IN_EXECUTION and owed:
            _book(stage, plan, idea, owed.pop(0), len(costs) - len(owed))
        _contact(stage, plan)
        return plan.closing_reason == "" and plan.status != PlanStatus.EVALUATED

    yield from stage.walk(plan, until, answers=YES, pause=4.0, steps=LONG, otherwise=run)


def _withdrawn(stage: Stage, idea: Idea, *, starts_in: int) -> Scene:
    """The author takes the plan back while it is judged."""
    plan = _draft(stage, idea, starts_in, 20)
    yield from stage.walk(plan, "give-opinion", answers=YES, pause=1.6)
    author = stage.people[AUTHOR]
    marketing.withdraw_plan(actor=author, plan_id=plan.pk, reason="与春季展会时间冲突，合并到展会方案。")


def _draft(stage: Stage, idea: Idea, starts_in: int, days: int) -> MarketingPlan:
    author = stage.people[AUTHOR]
    assert author.org_unit is not None
    starts = today_at(author.org_unit) + timedelta(days=starts_in)
    return marketing.create_plan(
        actor=author, title=idea.title, values=idea.values(starts, days, AUTHOR), lines=idea.budget_lines()
    )


def _book(stage: Stage, plan: MarketingPlan, idea: Idea, amount: int, number: int) -> None:
    category, description, _planned = idea.lines[(number - 1) % len(idea.lines)]
    marketing.book_cost(
        actor=stage.people[AUTHOR],
        plan_id=plan.pk,
        category=category,
        amount=Decimal(amount),
        reference=f"FP-{plan.number}-{number}",
        description=description,
    )


def _contact(stage: Stage, plan: MarketingPlan) -> None:
    """Some customers of the running campaign are contacted; every third responds."""
    campaign = Campaign.objects.filter(plan=plan, status=CampaignStatus.RUNNING).first()
    if campaign is None:
        return
    waiting = campaign.members.filter(status=MemberStatus.PLANNED).order_by("customer__import_key")
    for number, customer_id in enumerate(waiting.values_list("customer", flat=True)[:3]):
        marketing.record_contact(
            actor=stage.people[AUTHOR], campaign_id=campaign.pk, customer_id=customer_id, responded=number == 0
        )
