"""A marketing plan as a document to decide on: what it says, what changed since one saw it, and who said what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models import F
from django.utils.translation import gettext as _

from accounts import scopes
from accounts.models import User
from crm_core.marketing.decisions import EVALUATION, approval_as, opinion_of
from crm_core.marketing.models import MarketingPlan, PlanRevision
from tasks_inbox import operations
from tasks_inbox.models import WorkItem
from web import dates, process_words
from web.acted_for import acted_for
from web.subjects import Subject
from web.views.approvals_chain import to_come, under_way
from web.views.crm.plan_checks import checks_of
from web.views.crm.plan_document import plan_document
from web.views.crm.plan_words import PLAN_TONES, names_for
from workflows.models import HistoryEvent

Variables = Mapping[str, Any]
DECIDING: Final = ("evaluate", "give-opinion", "approve", "decide-express", "approve-supplement")
TABLES: Final = ("plan_authority", "plan_extra")
STATES: Final = {"revise": "rejected", "return": "rejected", "reject": "rejected", "decline": "silent"}


def marketing_plan_document(user: User, item: WorkItem, subject: Subject, variables: Variables) -> dict[str, Any]:
    """What the page of a decision, and the tab beside any task of a plan, show of it."""
    plan: MarketingPlan = subject.record
    hidden = scopes.mask_for(user, MarketingPlan.record_kind)
    now, seen = _revisions(plan, item, variables)
    names = names_for(revision.snapshot for revision in (now, seen) if revision is not None)
    return {
        "plan": plan,
        "tone": PLAN_TONES.get(plan.status, ""),
        "document": plan_document(now, seen, names=names, hidden=hidden),
        "since": seen,
        "asked_by": now.made_by,
        "asked_at": now.made_at,
        "revision_note": now.note,
        "stale": bool(variables.get("stale")),
        "conditions": [row for row in variables.get("conditions") or [] if isinstance(row, dict)],
        "checks": checks_of(user, now),
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
    return _chain(user, item, _revisions(plan, item, variables)[0], variables)


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


def _revisions(plan: MarketingPlan, item: WorkItem, variables: Variables) -> tuple[PlanRevision, PlanRevision | None]:
    """The revision that is asked about, and the one seen before it; one query."""
    asked = variables.get("revision")
    asked = asked if isinstance(asked, int) else plan.revision
    numbers = (asked, seen_before(item, variables), plan.revision)
    rows = PlanRevision.objects.filter(plan=plan, number__in=[number for number in numbers if number])
    found = {row.number: row for row in rows.select_related("made_by")}
    now = found.get(asked) or found[plan.revision]
    before = found.get(numbers[1] or 0)
    return now, before if before is not None and before.number < now.number else None


def _chain(user: User, item: WorkItem, revision: PlanRevision, variables: Variables) -> list[dict[str, Any]]:
    """Who submitted it, who said what so far, who is asked now, and who comes after."""
    submitted = {
        "state": "done",
        "person": revision.made_by,
        "kind": "" if revision.made_by else "system",
        "name": revision.made_by.display_name if revision.made_by else _("System"),
        "note": _("submitted revision %(number)s") % {"number": revision.number},
        "time": dates.ago(revision.made_at),
        "text": revision.note,
    }
    rows = (
        WorkItem.objects.in_context()
        .select_related("ended_by")
        .prefetch_related("candidates")
        .filter(instance__root=item.instance.root_id, element__in=DECIDING, created_at__gte=revision.made_at)
        .order_by("created_at", F("ended_at").asc(nulls_last=True), "id")
    )
    said = [_said(each) for each in rows if not each.is_open]
    asked = [under_way(user, each) | {"note": _note_of(each)} for each in rows if each.is_open]
    return [submitted, *said, *asked, *to_come(item, variables, _rule_words(item))]


def _said(item: WorkItem) -> dict[str, Any]:
    answers = item.answers
    withdrawn = item.status == WorkItem.Status.CANCELLED
    person = item.ended_by
    conditions = [str(row.get("text", "")) for row in answers.get("new_conditions") or [] if isinstance(row, dict)]
    words = [answers.get("opinion"), answers.get("decision_reason") or answers.get("comment"), *conditions]
    span = dates.span((item.ended_at or item.created_at) - item.created_at)
    return {
        "state": "silent" if withdrawn else STATES.get(item.outcome, "done"),
        "person": person or item.assignee,
        "kind": "" if person or item.assignee else "group",
        "name": _name_of(item),
        "note": _outcome_of(item),
        "time": _("after %(span)s") % {"span": span} if withdrawn else _("took %(span)s") % {"span": span},
        "text": "\n".join(str(word) for word in words if word),
    }


def _name_of(item: WorkItem) -> str:
    person = item.ended_by or item.assignee
    return acted_for(person.display_name, item.on_behalf_of) if person else _note_of(item)


def _note_of(item: WorkItem) -> str:
    return process_words.task_name(item)


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
    return words.get(item.outcome) or _note_of(item)


def _rule_words(item: WorkItem) -> Callable[[str], str]:
    """Why a role is asked: the words of the rules the route was decided by; one query, made when first asked for."""
    found: dict[str, str] = {}
    rows = HistoryEvent.objects.filter(
        instance=item.instance_id, kind=HistoryEvent.Kind.DECIDED, data__decision__in=TABLES
    ).order_by("sequence")
    bundle = process_words.bundle_of(item)

    def words(role: str) -> str:
        if not found:
            found[""] = ""
            for row in rows:
                for rule in _matched(row.data):
                    said = process_words.rule_words(bundle, row.data["decision"], rule)
                    found.update(dict.fromkeys(_roles(row.data.get("value")), said))
        return found.get(role, "")

    return words


def _matched(data: Mapping[str, Any]) -> list[int]:
    steps = ((data.get("trace") or {}).get("trace") or {}).get("steps") or []
    tables = [table for step in steps for table in step.get("tables") or []]
    return [int(rule["number"]) for table in tables for rule in table.get("matched") or []]


def _roles(value: Any) -> list[str]:
    """The roles a table asks for, whether it answers one list or several."""
    if isinstance(value, dict):
        return _roles(value.get("roles"))
    if isinstance(value, list):
        return [role for each in value for role in _roles(each)]
    return [value] if isinstance(value, str) else []
