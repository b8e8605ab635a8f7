"""A marketing plan as a document to decide on: what it says, what changed since one saw it, and who said what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts import scopes
from accounts.models import User
from crm_core.marketing.budget import BranchMoney, money_of
from crm_core.marketing.decisions import EVALUATION, approval_as, opinion_of
from crm_core.marketing.models import MarketingPlan, PlanRevision
from crm_core.marketing.segments import budget_branch
from tasks_inbox import operations, seeing
from tasks_inbox.models import WorkItem
from web import process_words
from web.approving.chain import asked, chain_of, decisions_of
from web.approving.rules import why_asked
from web.subjects import Subject
from web.views.crm.plan_checks import checks_of
from web.views.crm.plan_document import plan_document
from web.views.crm.plan_words import PLAN_TONES, names_for

Variables = Mapping[str, Any]
DECIDING: Final = ("evaluate", "give-opinion", "approve", "decide-express", "approve-supplement")
TABLES: Final = ("plan_authority", "plan_extra")


def marketing_plan_document(user: User, item: WorkItem, subject: Subject, variables: Variables) -> dict[str, Any]:
    """What the page of a decision, and the tab beside any task of a plan, show of it."""
    plan: MarketingPlan = subject.record
    hidden = scopes.mask_for(user, MarketingPlan.record_kind)
    number = _asked_about(plan, variables)
    now, seen = _revisions(plan, number, _seen(user, item, variables, number))
    names = names_for(revision.snapshot for revision in (now, seen) if revision is not None)
    return {
        "plan": plan,
        "tone": PLAN_TONES.get(plan.status, ""),
        "document": plan_document(now, seen, names=names, hidden=hidden),
        "since": seen,
        "seen_number": now.number,
        "asked_by": now.made_by,
        "asked_at": now.made_at,
        "revision_note": now.note,
        "stale": bool(variables.get("stale")),
        "conditions": [row for row in variables.get("conditions") or [] if isinstance(row, dict)],
        "checks": checks_of(user, now, left=_money_left(plan, now, hidden)),
        "approval_chain": _chain(user, item, now, variables),
    }


def route_of(user: User, plan: MarketingPlan) -> list[dict[str, Any]]:
    """The chain of the decision a plan waits for now; empty when it waits for none."""
    rows = WorkItem.objects.in_context().filter(
        record_kind=MarketingPlan.record_kind,
        record_id=str(plan.pk),
        element__in=DECIDING,
        status=WorkItem.Status.OPEN,
    )
    item = rows.order_by("created_at", "id").first()
    if item is None:
        return []
    variables = operations.step_variables(item)
    now, _before = _revisions(plan, _asked_about(plan, variables), None)
    return _chain(user, item, now, variables)


def seen_before(item: WorkItem, variables: Variables) -> int | None:
    """The number of the revision that was seen last by whom this task asks; None for the first time."""
    if item.element == "approve-supplement":
        return variables.get("approved_revision")
    key = _key_of(item, variables)
    number = (variables.get("seen") or {}).get(key) if key else None
    return number if isinstance(number, int) else None


def _key_of(item: WorkItem, variables: Variables) -> str:
    """As what this task asks, in the words of the process."""
    if item.element == "evaluate":
        return EVALUATION
    if item.element == "give-opinion":
        return opinion_of(str((variables.get("department") or {}).get("name", "")))
    approver = variables.get("approver") or {}
    return approval_as(str(approver.get("role")), str(approver.get("unit"))) if approver else ""


def _asked_about(plan: MarketingPlan, variables: Variables) -> int:
    """The number of the revision the task asks about."""
    number = variables.get("revision")
    return number if isinstance(number, int) else plan.revision


def _seen(user: User, item: WorkItem, variables: Variables, number: int) -> int | None:
    """The newest revision before this one that the person saw: as whom the process asks, or on this page."""
    in_process, on_page = seen_before(item, variables), seeing.seen_before(user, item, number)
    return max((seen for seen in (in_process, on_page) if seen is not None), default=None)


def _revisions(plan: MarketingPlan, asked_about: int, seen: int | None) -> tuple[PlanRevision, PlanRevision | None]:
    """The revision that is asked about, and the one seen before it; one query."""
    numbers = (asked_about, seen, plan.revision)
    rows = PlanRevision.objects.filter(plan=plan, number__in=[number for number in numbers if number])
    found = {row.number: row for row in rows.select_related("made_by")}
    now = found.get(asked_about) or found[plan.revision]
    before = found.get(seen or 0)
    return now, before if before is not None and before.number < now.number else None


def _money_left(plan: MarketingPlan, now: PlanRevision, hidden: frozenset[str]) -> BranchMoney | None:
    """What the plan's branch has in its year at this moment; None without a year, and for whom it is hidden."""
    starts = now.snapshot.get("starts_on")
    if not starts or "budget_total" in hidden:
        return None
    return money_of(budget_branch(plan), date.fromisoformat(starts).year)


def _chain(user: User, item: WorkItem, revision: PlanRevision, variables: Variables) -> list[dict[str, Any]]:
    """Who submitted it, who said what so far, who is asked now, and who comes after."""
    words = _("submitted revision %(number)s") % {"number": revision.number}
    return chain_of(
        user,
        item,
        asked(revision.made_by, words, revision.made_at, revision.note),
        decisions_of(item, DECIDING, revision.made_at),
        variables,
        rule_of=why_asked(item, TABLES),
        words=_outcome_of,
    )


def _outcome_of(item: WorkItem) -> str:
    """What somebody decided, in a word or two."""
    if item.status == WorkItem.Status.CANCELLED:
        return _("no opinion") if item.element == "give-opinion" else _("withdrawn")
    if item.element == "evaluate" and item.outcome == "pass":
        scores = [value for value in (item.answers.get("score") or {}).values() if isinstance(value, int | float)]
        if scores:
            return _("evaluated %(score)s of 5") % {"score": f"{sum(scores) / len(scores):.1f}".removesuffix(".0")}
    words = {
        "pass": _("passed on"),
        "approve": _("approved"),
        "approve_with_conditions": _("approved with conditions"),
        "return": _("returned"),
        "revise": _("sent back to be revised"),
        "reject": _("rejected"),
        "decline": _("left it to the usual route"),
    }
    return words.get(item.outcome) or process_words.task_name(item)
