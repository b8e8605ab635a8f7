"""Which tasks ask for a decision, and which of them wait for one person."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from bpmn import queries as definitions
from bpmn.models import ProcessVersion
from bpmn.texts import component_key, components
from config import clock
from config.composed import answered, composed
from tasks_inbox import acting, composing, holding, onlookers, queries
from tasks_inbox.models import WorkItem
from workflows.models import ProcessInstance

OUTCOME = "outcome"
APPROVE = "approve"
LIMIT = 100


def waiting_for(user: User) -> list[WorkItem]:
    """The open approvals a person has or may take and has not put off, soonest due first, at most 100."""
    rows = WorkItem.objects.in_context().filter(pk__in=_waiting(user).values("pk")[:LIMIT])
    return [item for item in rows.order_by(*queries.BY_DUE) if is_approval(item)]


def count_for(user: User) -> int:
    """How many approvals wait for a person, at most 100 (shown as 99+)."""
    rows = _waiting(user).values_list("form", "instance__version_id")[:LIMIT]
    return sum(form in approval_forms(version) for form, version in rows)


def _waiting(user: User) -> QuerySet[WorkItem]:
    """The open items with a form that asks for approval in some version, soonest due first."""
    asked = _asked()
    if not asked:
        return WorkItem.objects.none()
    where = Q(form__in=asked, status=WorkItem.Status.OPEN)
    offered = queries.offered_ids(user, LIMIT, where)
    rows = WorkItem.objects.filter(~Q(holding.finished_by(user)), ~Q(onlookers.put_off_by(user, clock.now())))
    return rows.filter(acting.theirs(user) & where | Q(pk__in=offered)).order_by(*queries.BY_DUE)


def is_approval(item: WorkItem) -> bool:
    """Whether the task's form lets the person approve."""
    return item.form in approval_forms(item.instance.version_id)


def approval_forms(version_id: UUID) -> frozenset[str]:
    """The forms of a version that ask whether to approve."""
    return _approval_forms(version_id)


def _asked() -> set[str]:
    """The approval forms of every version that is live or still runs."""
    versions = answered(composed("versions in use", {}, _versions_in_use), {}, composing.ask)
    return {form for version in versions for form in _approval_forms(version)}


def _versions_in_use() -> QuerySet[ProcessVersion, UUID]:
    running = ProcessInstance.objects.filter(version=OuterRef("pk"), status__in=ProcessInstance.LIVE)
    versions = ProcessVersion.objects.filter(Q(status=ProcessVersion.Status.LIVE) | Q(Exists(running)))
    return versions.values_list("pk", flat=True)


@lru_cache(maxsize=2048)
def _approval_forms(version_id: UUID) -> frozenset[str]:
    forms = definitions.version_bundle(version_id).forms
    return frozenset(key for key, form in forms.items() if any(_asks(component) for component in components(form)))


def _asks(component: object) -> bool:
    if not isinstance(component, dict) or component_key(component) != OUTCOME:
        return False
    return any(option.get("value") == APPROVE for option in component.get("values") or [])
