"""What people do to a plan from its page: take it back, book what was spent, give it another budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import Action, User
from crm_core.days import today_at
from crm_core.exceptions import RecordHasChanged, ValuesRefused
from crm_core.marketing import commands, queries
from crm_core.marketing.models import MarketingPlan, PlanStatus
from crm_core.permissions import require
from web.forms.plans import BudgetReason, CostForm, ReasonForm, RowList, budget_rows, kept_lines, lines_of
from web.forms.rows import add_row_refusals, sent_rows
from web.pages import is_partial, reader, signed_in
from web.views.crm.acting import Act, attempt, perform, posted
from web.views.crm.plan_edit import rows_asked_for, with_version
from web.views.crm.plan_meanwhile import changed_meanwhile

Entered = dict[str, Any]
CARRIED_OUT = (PlanStatus.APPROVED, PlanStatus.IN_EXECUTION)


@dataclass(frozen=True, slots=True)
class PlanAct:
    """One act that is asked for in a dialog: its words, what it asks, and what it does and says."""

    title: Any
    icon: str
    run: Callable[[User, MarketingPlan, Entered], str]
    form: type[forms.Form]
    explanation: Any = ""
    key: str = ""
    danger: bool = False


def _withdraw(user: User, plan: MarketingPlan, entered: Entered) -> str:
    commands.withdraw_plan(actor=user, plan_id=plan.pk, reason=entered["reason"])
    return _("%(number)s is being taken back.") % {"number": plan.number}


def _book(user: User, plan: MarketingPlan, entered: Entered) -> str:
    commands.book_cost(actor=user, plan_id=plan.pk, **entered)
    money = queries.money(plan)
    return _("Booked. %(percent)s %% of the budget is spent.") % {"percent": money.percent}


WITHDRAW = PlanAct(
    gettext_lazy("Withdraw the plan"),
    "undo-2",
    _withdraw,
    ReasonForm,
    gettext_lazy("The process ends; the plan stays to be read."),
    key="w",
    danger=True,
)
CANCEL = PlanAct(
    gettext_lazy("Cancel the plan"),
    "ban",
    _withdraw,
    ReasonForm,
    gettext_lazy("The campaign is taken back, what was not done yet falls away, and the money is released."),
    key="w",
    danger=True,
)
BOOK = PlanAct(
    gettext_lazy("Book a cost"),
    "receipt",
    _book,
    CostForm,
    gettext_lazy("At four fifths and at the whole of the budget the plan's owner is asked whether it needs more."),
    key="b",
)


def possible_acts(user: User, plan: MarketingPlan) -> list[dict[str, Any]]:
    """The buttons this person has on a plan now; every command checks again."""
    open_acts = queries.possible_acts(user, plan)
    shown: list[dict[str, Any]] = []
    if "update" in open_acts:
        shown.append(_link(_("Edit"), "pencil", "marketing_plan_edit", plan, "e"))
    if "book-cost" in open_acts:
        shown.append(_dialog(BOOK, "book-cost", plan))
    if "change-budget" in open_acts:
        shown.append(_link(_("Change the budget"), "coins", "marketing_plan_budget", plan, "u"))
    if "withdraw" in open_acts:
        shown.append(_dialog(_taking_back(plan), "withdraw", plan))
    return shown


@require_http_methods(["GET", "POST"])
@signed_in
def plan_act(request: HttpRequest, plan_id: UUID, act: str) -> HttpResponse:
    """Ask for and carry out one act."""
    user = reader(request)
    plan = queries.plan(user, plan_id)
    known = {"withdraw": _taking_back(plan), "book-cost": BOOK}.get(act)
    if known is None:
        raise Http404
    shown = Act(
        title=str(known.title),
        submit=str(known.title),
        run=lambda entered: known.run(user, plan, entered),
        back=reverse("marketing_plan", args=[plan.pk]),
        danger=known.danger,
        explanation=str(known.explanation),
    )
    return perform(request, shown, known.form(posted(request), initial={"booked_on": today_at(plan.org_unit)}))


@require_http_methods(["GET", "POST"])
@signed_in
def plan_budget(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Give a plan under review or later other budget lines; it is checked and routed again."""
    user = reader(request)
    plan = queries.plan(user, plan_id)
    require(user, Action.CHANGE, MarketingPlan.record_kind, plan)
    if (asked := rows_asked_for(request)) is not None:
        _name, data = asked
        if is_partial(request):
            shown = RowList("lines", budget_rows(None, sent_rows(data, "lines")))
            return render(request, "crm/plans/row_list.html", {"list": shown, "grew": "more_rows" in request.POST})
        return _budget_page(request, plan, BudgetReason(data), budget_rows(data), HTTPStatus.OK)
    sent = posted(request)
    form = BudgetReason(sent, initial={"version": plan.version})
    rows = budget_rows(sent, kept_lines(plan))
    stale: list[int | None] = []

    def save(entered: Entered) -> MarketingPlan | None:
        lines = lines_of(rows)
        try:
            return commands.change_budget(
                actor=user, plan_id=plan.pk, lines=lines, reason=entered["reason"], seen_version=entered["version"]
            )
        except RecordHasChanged:
            stale.append(entered["version"])
            raise
        except ValuesRefused as error:
            add_row_refusals(form, {"lines": rows}, error.errors)
            return None

    if sent is not None and all([form.is_valid(), rows.is_valid()]) and attempt(form, save) is not None:
        messages.success(request, _("The budget is changed; it is checked and decided again."))
        return redirect("marketing_plan", plan.pk)
    if stale:
        form.data = with_version(request.POST, plan.version)
        return _budget_page(request, plan, form, rows, changes=changed_meanwhile(user, plan, stale[0]))
    return _budget_page(request, plan, form, rows)


def _budget_page(
    request: HttpRequest,
    plan: MarketingPlan,
    form: BudgetReason,
    rows: Any,
    status: HTTPStatus | None = None,
    **more: Any,
) -> HttpResponse:
    context = {
        "plan": plan,
        "form": form,
        "list": RowList("lines", rows),
        "spent": queries.money(plan).spent,
        **more,
    }
    refused = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "crm/plans/budget.html", context, status=status or refused)


def _taking_back(plan: MarketingPlan) -> PlanAct:
    return CANCEL if plan.status in CARRIED_OUT else WITHDRAW


def _dialog(act: PlanAct, name: str, plan: MarketingPlan) -> dict[str, Any]:
    url = reverse("marketing_plan_act", args=[plan.pk, name])
    return {"label": act.title, "icon": act.icon, "key": act.key, "kind": "danger" if act.danger else "", "url": url}


def _link(label: str, icon: str, address: str, plan: MarketingPlan, key: str) -> dict[str, Any]:
    return {"label": label, "icon": icon, "key": key, "kind": "", "href": reverse(address, args=[plan.pk])}
