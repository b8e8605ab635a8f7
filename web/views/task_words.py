"""What stands in plain words above a form: why the task came, what each button leads to, when all is likely done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from config import clock
from tasks_inbox import likely, standing
from tasks_inbox.models import WorkItem
from web import dates
from web.pages import reader, signed_in
from web.views.task_ahead import ahead_of
from web.views.task_pane import item_for
from web.views.task_why import why_of


@require_GET
@signed_in
def task_words(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The words, fetched when the task is on the screen: the page itself does not wait for them."""
    user = reader(request)
    item = item_for(user, item_id)
    if not item.is_open:
        return HttpResponse()
    may = standing.standing_of(user, item)
    context: dict[str, Any] = {
        "item": item,
        "mine": item.assignee_id == user.pk,
        "why": why_of(user, item),
        "ahead": ahead_of(user, item) if may.may_complete or may.may_claim else [],
        "likely": likely_of(item),
    }
    return render(request, "task/words.html", context)


def likely_of(item: WorkItem) -> dict[str, str]:
    """When the process is likely over, and how long its step usually takes; empty where the past says too little."""
    past = likely.usually(item)
    if past is None:
        return {}
    half, most = past.likely(item)
    now = clock.now()
    if most <= now:
        text = _("This has been open longer than most: four of five were done after %(span)s.") % {
            "span": dates.span(past.most)
        }
    elif half <= now:
        text = _("Likely by %(most)s.") % {"most": dates.day(most)}
    elif dates.day(half) == dates.day(most):
        text = _("Likely on %(half)s.") % {"half": dates.day(half)}
    else:
        text = _("Likely by %(half)s, in most cases by %(most)s.") % {"half": dates.day(half), "most": dates.day(most)}
    learned = _("From the last %(count)d processes of this kind; this step alone usually takes %(span)s.") % {
        "count": past.count,
        "span": dates.span(past.own),
    }
    return {"text": text, "learned": learned}
