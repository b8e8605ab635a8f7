"""One search for everything: customers, tasks, records by number; the same for the page and for Ctrl+K."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from crm_core.customers.queries import find_customers
from crm_core.marketing.models import MarketingPlan
from tasks_inbox import acting, queries
from tasks_inbox.models import WorkItem
from web import process_words
from web.absences import absences
from web.components import initials, person_name, tone_of
from web.pages import reader, signed_in
from web.subjects import MASK
from web.views import inbox_filter
from workflows import records

FEW, MANY = 6, 20
MOST_LETTERS = 100


@require_GET
@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """The page with everything found."""
    words = request.GET.get("q", "").strip()[:MOST_LETTERS]
    groups = found(reader(request), words, limit=MANY)
    return render(request, "search/page.html", {"words": words, "groups": groups})


@require_GET
@signed_in
def palette(request: HttpRequest) -> JsonResponse:
    """The first few for the command palette."""
    words = request.GET.get("q", "").strip()[:MOST_LETTERS]
    return JsonResponse({"groups": found(reader(request), words, limit=FEW)})


@require_GET
@signed_in
def people(request: HttpRequest) -> JsonResponse:
    """Active people by name or username, for the fields that ask for a person; who is away says so."""
    words = request.GET.get("q", "").strip()[:MOST_LETTERS]
    rows = User.objects.filter(is_active=True).select_related("org_unit")
    for word in words.split():
        rows = rows.filter(
            Q(username__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(native_name__icontains=word)
        )
    found_people = list(rows.order_by("username")[:MANY])
    away = absences(found_people)
    return JsonResponse({"results": [_person(person, away.get(person.pk, "")) for person in found_people]})


def found(user: User, words: str, *, limit: int) -> list[dict[str, Any]]:
    """What the person may see of what the words name, grouped; the right is part of every query."""
    if not words:
        return []
    groups = [
        {"label": _("Tasks"), "items": _tasks(user, words, limit)},
        {"label": _("Customers"), "items": _customers(user, words, limit)},
        {"label": _("Marketing plans"), "items": _plans(user, words, limit)},
        {"label": _("Records"), "items": _records(user, words, limit)},
    ]
    return [group for group in groups if group["items"]]


def _tasks(user: User, words: str, limit: int) -> list[dict[str, Any]]:
    where = inbox_filter.words(user, words)
    offered = queries.offered_ids(user, limit, where)
    mine = acting.theirs(user) & Q(status=WorkItem.Status.OPEN) & where
    rows = WorkItem.objects.in_context().filter(mine | Q(pk__in=offered)).order_by(*queries.BY_DUE)[:limit]
    return [
        {
            "label": process_words.task_name(item),
            "hint": f"{process_words.process_name(item.instance.version_id)} {item.record_number}",
            "url": reverse("task", args=[item.pk]),
        }
        for item in rows
    ]


def _customers(user: User, words: str, limit: int) -> list[dict[str, Any]]:
    entry = records.kind("customer")
    hidden = "name" in entry.mask_for(user)
    return [
        {"label": MASK if hidden else customer.name, "hint": customer.number, "url": entry.url(customer)}
        for customer in find_customers(user, words, limit=limit)
    ]


def _plans(user: User, words: str, limit: int) -> list[dict[str, Any]]:
    """Plans by title; by number they are found among the records, below."""
    entry = records.kind(MarketingPlan.record_kind)
    if "title" in entry.mask_for(user):
        return []
    rows = entry.visible_to(user).filter(title__icontains=words).order_by("-created_at", "number")[:limit]
    return [{"label": row.title, "hint": row.number, "url": entry.url(row)} for row in rows]


def _records(user: User, words: str, limit: int) -> list[dict[str, Any]]:
    """Records whose number begins with what was typed or whose subject or title holds it; customers stand above."""
    items: list[dict[str, Any]] = []
    for entry in records.kinds().values():
        where = Q() if entry.kind == "customer" else _named(entry, words, entry.mask_for(user))
        if not where:
            continue
        rows = entry.visible_to(user).filter(where).order_by("-number")[:limit]
        items += [_record(entry, row, words) for row in rows]
    return items[:limit]


def _named(entry: records.RecordKind, words: str, masked: frozenset[str]) -> Q:
    """What a kind of record is found by; fields hidden from the person find nothing."""
    fields = {field.name for field in entry.model._meta.get_fields()}
    where = Q()
    if "number" in fields and any(letter.isdigit() for letter in words):
        where |= Q(number__istartswith=words)
    for name in {"subject", "title"} & fields - masked:
        where |= Q(**{f"{name}__icontains": words})
    return where


def _record(entry: records.RecordKind, row: Any, words: str) -> dict[str, Any]:
    number, title = entry.number(row), entry.title(row)
    if words.casefold() in title.casefold():
        return {"label": title, "hint": f"{entry.label} {number}", "url": entry.url(row)}
    return {"label": number, "hint": str(entry.label), "url": entry.url(row)}


def _person(person: User, away: str) -> dict[str, Any]:
    name = person_name(person)
    unit = person.org_unit
    return {
        "id": person.pk,
        "username": person.username,
        "label": name,
        "hint": away or (str(unit) if unit else person.username),
        "initials": initials(name),
        "tone": tone_of(name),
    }
