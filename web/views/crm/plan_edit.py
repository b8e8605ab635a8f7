"""Writing a marketing plan: a new one, the next revision of one, and how many customers its segment has meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Action, User
from crm_core.exceptions import RecordHasChanged, ValuesRefused
from crm_core.marketing import commands, queries
from crm_core.marketing.checks import policy_now
from crm_core.marketing.models import MarketingPlan
from crm_core.marketing.segments import customers_of, reachable
from crm_core.permissions import require
from web.forms.plans import ROWS, PlanForm
from web.forms.rows import rows_of, sent_rows, with_row, without_row
from web.pages import is_partial, reader, signed_in
from web.views.crm.acting import attempt, posted
from web.views.crm.changed_fields import closed_fields
from web.views.crm.plan_meanwhile import changed_meanwhile


@require_http_methods(["GET", "POST"])
@signed_in
def plan_new(request: HttpRequest) -> HttpResponse:
    """Draft a plan; its process starts with a task for who drafted it."""
    user = reader(request)
    require(user, Action.CREATE, MarketingPlan.record_kind)
    closed = closed_fields(user, MarketingPlan.record_kind)
    if (asked := rows_asked_for(request)) is not None:
        return _reshaped(request, asked, closed, None)
    form = PlanForm(posted(request), closed=closed)

    def save(_entered: dict[str, Any]) -> MarketingPlan:
        values = form.values()
        title = values.pop("title", "")
        return commands.create_plan(actor=user, title=title, values=values, lines=form.budget_lines() or ())

    if (plan := _saved(request, form, save)) is not None:
        words = _("%(number)s is drafted. Its first task is in your inbox.") % {"number": plan.number}
        messages.success(request, words)
        return redirect("marketing_plan", plan.pk)
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
@signed_in
def plan_edit(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Write the next revision; who saw an older version is shown what changed and saves again on purpose."""
    user = reader(request)
    plan = queries.plan(user, plan_id)
    require(user, Action.CHANGE, MarketingPlan.record_kind, plan)
    closed = closed_fields(user, MarketingPlan.record_kind)
    if (asked := rows_asked_for(request)) is not None:
        return _reshaped(request, asked, closed, plan)
    form = PlanForm(posted(request), plan=plan, closed=closed)
    stale: list[int | None] = []

    def save(entered: dict[str, Any]) -> MarketingPlan:
        seen = entered["version"]
        try:
            return commands.update_plan(
                actor=user,
                plan_id=plan.pk,
                values=form.values(),
                lines=form.budget_lines(),
                note=entered["note"],
                seen_version=seen,
            )
        except RecordHasChanged:
            stale.append(seen)
            raise

    if (saved := _saved(request, form, save)) is not None:
        kept = _("Saved as revision %(number)s.") % {"number": saved.revision}
        messages.success(request, kept if saved.revision > plan.revision else _("Nothing was different."))
        return redirect("marketing_plan", saved.pk)
    if stale:
        form.text.data = with_version(request.POST, plan.version)
        return _page(request, form, plan, changes=changed_meanwhile(user, plan, stale[0]))
    return _page(request, form, plan)


@require_POST
@signed_in
def audience(request: HttpRequest) -> HttpResponse:
    """How many customers the segment in the form has now, and how many of them may be contacted."""
    user = reader(request)
    kind = MarketingPlan.record_kind
    plan_id = request.POST.get("plan", "")
    plan = queries.plan(user, plan_id) if plan_id else _new_of(user)
    require(user, Action.CHANGE if plan_id else Action.CREATE, kind, plan if plan_id else None)
    form = PlanForm(request.POST, closed=closed_fields(user, kind))
    return render(request, "crm/plans/audience.html", {"audience": _audience(_as_entered(plan, form))})


def rows_asked_for(request: HttpRequest) -> tuple[str, QueryDict] | None:
    """The rows a button was pressed for, and what was sent with one more or one fewer of them; else None.

    ``show_rows`` asks for them as they are: their sum is shown while people write.
    """
    if request.method != "POST":
        return None
    if name := request.POST.get("show_rows"):
        return name, request.POST
    if name := request.POST.get("more_rows"):
        return name, with_row(request.POST, name)
    name, _dash, number = request.POST.get("fewer_rows", "").partition("-")
    if number.isascii() and number.isdigit() and len(number) < 5:
        return name, without_row(request.POST, name, int(number))
    return None


def with_version(data: QueryDict, version: int) -> QueryDict:
    """What was sent as if it were about this version: the next save is on purpose."""
    changed = data.copy()
    changed["version"] = str(version)
    return changed


def _saved(
    request: HttpRequest, form: PlanForm, save: Callable[[dict[str, Any]], MarketingPlan]
) -> MarketingPlan | None:
    if request.method != "POST" or not form.is_valid():
        return None

    def run(entered: dict[str, Any]) -> MarketingPlan | None:
        try:
            return save(entered)
        except ValuesRefused as error:
            form.refuse(error.errors)
            return None

    return attempt(form.text, run)


def _reshaped(
    request: HttpRequest, asked: tuple[str, QueryDict], closed: frozenset[str], plan: MarketingPlan | None
) -> HttpResponse:
    """The rows alone for a script, unjudged while they are being written; the whole page without scripts."""
    name, data = asked
    form = PlanForm(data, plan=plan, closed=closed)
    if name not in form.rows:
        raise Http404
    if not is_partial(request):
        return _page(request, form, plan, status=HTTPStatus.OK)
    form.rows[name] = rows_of(ROWS[name], name, None, sent_rows(data, name))
    context = {"list": form.lists[name], "grew": "more_rows" in request.POST}
    return render(request, "crm/plans/row_list.html", context)


def _as_entered(plan: MarketingPlan, form: PlanForm) -> MarketingPlan:
    """The plan, not stored, with the audience the form speaks of, as far as it can be read."""
    form.text.is_valid()
    entered = form.text.cleaned_data
    if form.segment.is_valid():
        plan.segment = form.segment.rule()
    for name in ("channels", "branches", "starts_on"):
        setattr(plan, name, entered.get(name, getattr(plan, name)))
    return plan


def _audience(plan: MarketingPlan) -> dict[str, int] | None:
    """Customers in the segment now, and those of them who may be contacted; None for who belongs to no unit."""
    if not plan.org_unit_id:
        return None
    return {"people": customers_of(plan).count(), "reachable": reachable(plan, policy_now()).count()}


def _page(
    request: HttpRequest, form: PlanForm, plan: MarketingPlan | None, *, status: HTTPStatus | None = None, **more: Any
) -> HttpResponse:
    shown = plan if plan is not None else _new_of(reader(request))
    context = {
        "form": form,
        "plan": plan,
        "audience": _audience(_as_entered(copy(shown), form) if form.data is not None else shown),
        "hides_fields": bool(form.closed),
        **more,
    }
    refused = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "crm/plans/form.html", context, status=status or refused)


def _new_of(user: User) -> MarketingPlan:
    plan = MarketingPlan(owner=user)
    if user.org_unit is not None:
        plan.org_unit = user.org_unit
    return plan
