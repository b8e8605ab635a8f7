"""Asking customers back when the work is done: the list of what is due, planning one, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import scopes
from accounts.models import Action, User
from crm_core.customers import queries as customers
from crm_core.days import today_at
from crm_core.permissions import require, seen
from crm_core.service import queries
from crm_core.service.models import ReturnVisit, ServiceRequest, VisitStatus
from crm_core.service.return_visits import plan_return_visit, record_return_visit, record_unreachable
from web.forms.visits import ReturnVisitForm, ScoreForm, UnreachableForm
from web.pages import is_partial, page_number, reader, signed_in
from web.tags.people import person
from web.views.crm.acting import Act, perform, posted
from web.views.crm.filters import Filter, Filtering, choices_of
from web.views.crm.paging import counted, slice_of
from web.views.crm.record_story import story_of
from web.views.crm.words import RETURN_VISIT_TONES, day_words

SILENT = frozenset({"complaint"})


@require_GET
@signed_in
def return_visit_list(request: HttpRequest) -> HttpResponse:
    """Fifty return visits, those that are due unless asked otherwise, the oldest first."""
    user = reader(request)
    filtering = Filtering(request, _filters())
    values = filtering.values
    text = request.GET.get("q", "").strip()[:200]
    rows = queries.return_visits(user, only_due=values.get("show") != "all" and not text)
    if text:
        rows = rows.filter(Q(number__iexact=text) | Q(customer__name__icontains=text))
    if values.get("show") == "mine":
        rows = rows.filter(owner=user)
    page = slice_of(rows, page_number(request))
    context = {
        "page": page,
        "rows": [_row(row, today) for row, today in _with_today(page.rows)],
        "count": counted(rows),
        "text": text,
        "filtering": filtering,
        "chips": filtering.chips(),
        "is_narrowed": bool(values or text),
    }
    template = "crm/return_visits/rows.html" if is_partial(request) else "crm/return_visits/list.html"
    return render(request, template, context)


@require_GET
@signed_in
def return_visit_page(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """One return visit; for a script its living part."""
    user = reader(request)
    row = seen(ReturnVisit, user, visit_id)
    context = _row(row, today_at(row.org_unit)) | {
        "facts": _facts(row),
        "questions": questions(row),
        "story": _story(user, row),
        "may_record": row.status == VisitStatus.DUE and scopes.may(user, Action.CHANGE, row.record_kind, row),
    }
    template = "crm/return_visits/living.html" if is_partial(request) else "crm/return_visits/page.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@signed_in
def return_visit_new(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """Plan to ask a customer back."""
    user = reader(request)
    customer = customers.customer(user, customer_id)
    require(user, Action.CREATE, ReturnVisit.record_kind, customer)
    about = request.GET.get("request", "")
    made: list[str] = []

    def run(entered: dict[str, Any]) -> str:
        visit = plan_return_visit(actor=user, customer_id=customer.pk, request_id=about, **entered)
        made.append(reverse("return_visit", args=[visit.pk]))
        return _("%(number)s is planned.") % {"number": visit.number}

    act = Act(
        title=_("Ask %(name)s back") % {"name": customer.name},
        submit=_("Plan the return visit"),
        run=run,
        back=reverse("customer", args=[customer.pk]),
        explanation=_("A call or a visit after the work, to ask whether the customer is content."),
        moves_to=lambda: made[-1] if made else "",
    )
    return perform(request, act, ReturnVisitForm(posted(request), initial={"due_on": today_at(customer.org_unit)}))


@require_http_methods(["GET", "POST"])
@signed_in
def return_visit_score(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Write down what the customer said; a bad score opens a complaint."""

    def run(user: User, visit: ReturnVisit, entered: dict[str, Any]) -> str:
        done = record_return_visit(actor=user, visit_id=visit.pk, **entered)
        if done.complaint is not None:
            return _("Written down. %(number)s has been opened for it.") % {"number": done.complaint.number}
        return _("Written down.")

    return _act(
        request,
        visit_id,
        run,
        ScoreForm,
        title=_("What the customer said"),
        submit=_("Write down"),
        explanation=_("A score of 2 or less opens a complaint at once."),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def return_visit_unreachable(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Give up because nobody could be reached."""

    def run(user: User, visit: ReturnVisit, entered: dict[str, Any]) -> str:
        record_unreachable(actor=user, visit_id=visit.pk, **entered)
        return _("Written down as not reached.")

    return _act(
        request, visit_id, run, UnreachableForm, title=_("Nobody could be reached"), submit=_("Give it up"), danger=True
    )


def _act(
    request: HttpRequest,
    visit_id: UUID,
    run: Callable[[User, ReturnVisit, dict[str, Any]], str],
    form: type[forms.Form],
    **words: Any,
) -> HttpResponse:
    user = reader(request)
    visit = seen(ReturnVisit, user, visit_id)
    act = Act(run=lambda entered: run(user, visit, entered), back=reverse("return_visit", args=[visit.pk]), **words)
    return perform(request, act, form(posted(request)))


def may_ask_back(user: User, row: ServiceRequest) -> bool:
    """Whether this person can plan to ask back about a request; one is due at a time."""
    if row.customer is None or not scopes.may(user, Action.CREATE, ReturnVisit.record_kind, row):
        return False
    return not row.return_visits.filter(status=VisitStatus.DUE).exists()


def return_visit_words(row: ReturnVisit) -> dict[str, Any]:
    """A return visit as lists show it."""
    return {"row": row, "tone": RETURN_VISIT_TONES.get(row.status, ""), "day": day_words(row.due_on)}


def questions(row: ReturnVisit) -> list[str]:
    """What to ask, in order: the visit's own script, else the usual questions."""
    own = [line.strip() for line in row.script.splitlines() if line.strip()]
    return own or [
        _("Is the work done as it was agreed?"),
        _("Was everybody on time and friendly?"),
        _("How content are you, from 1 to 5?"),
        _("What should we do better?"),
    ]


def _with_today(rows: Iterable[ReturnVisit]) -> Iterator[tuple[ReturnVisit, date]]:
    """Each row with the present day at its unit; one query per unit, however many rows."""
    days: dict[Any, date] = {}
    for row in rows:
        if row.org_unit_id not in days:
            days[row.org_unit_id] = today_at(row.org_unit)
        yield row, days[row.org_unit_id]


def _row(row: ReturnVisit, today: date) -> dict[str, Any]:
    return return_visit_words(row) | {"late": row.status == VisitStatus.DUE and row.due_on < today}


def _story(user: User, row: ReturnVisit) -> list[dict[str, Any]]:
    sentences = {
        "planned": _("planned the return visit"),
        VisitStatus.DONE.value: _("asked the customer back"),
        VisitStatus.ESCALATED.value: _("asked the customer back: a complaint was opened"),
        VisitStatus.UNREACHABLE.value: _("reached nobody"),
    }
    sentences["complained"] = _("the complaint was opened")
    return story_of(user, row, sentences=sentences, changed=_("changed the return visit"), silent=SILENT)


def _facts(row: ReturnVisit) -> list[dict[str, Any]]:
    values = (
        (_("Asks"), person(row.owner)),
        (_("Due"), day_words(row.due_on)),
        (_("Score"), _("%(score)s of 5") % {"score": row.score} if row.score else ""),
        (_("In their words"), row.result),
    )
    return [{"label": label, "value": value} for label, value in values if value not in (None, "")]


def _filters() -> tuple[Filter, ...]:
    return (Filter("show", _("Show"), choices_of([("mine", _("Asked by me")), ("all", _("Also done ones"))])),)
