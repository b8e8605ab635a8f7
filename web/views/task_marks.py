"""What a person keeps about a task for themselves: put it off, follow it, put labels on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import OrgUnit, User
from config import clock
from tasks_inbox import commands
from tasks_inbox.label_rights import may_change, may_keep_for
from tasks_inbox.labels import labels_for
from tasks_inbox.marks import marks_of
from tasks_inbox.models import Label, WorkItem
from tasks_inbox.standing import Standing
from web import dates, process_words
from web.pages import events, reader, signed_in
from web.views import chosen
from web.views.task_again import changed
from web.views.task_menu import MenuEntry
from web.views.task_pane import item_for
from web.views.task_refusals import says_who

MORNING = 9


def entries(user: User, item: WorkItem, may: Standing) -> Iterable[MenuEntry]:
    """Put off or take up again, follow or not, labels: whoever sees an open task may."""
    if not item.is_open:
        return
    marks = marks_of(user, item)
    if marks.put_off_until is None:
        yield MenuEntry(_("Snooze"), "alarm-clock", reverse("task_snooze", args=[item.pk]), "s")
    else:
        yield MenuEntry(_("Put back into my lists"), "inbox", reverse("task_unsnooze", args=[item.pk]), "s", posts=True)
    if marks.followed:
        yield MenuEntry(_("Stop following"), "eye-off", reverse("task_unfollow", args=[item.pk]), posts=True)
    else:
        yield MenuEntry(_("Follow"), "eye", reverse("task_follow", args=[item.pk]), posts=True)
    yield MenuEntry(_("Labels"), "tag", reverse("task_labels", args=[item.pk]), "l")


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def snooze(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog that asks until when, and the act; the next task of the list comes up."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        context = {"item": item, "name": process_words.task_name(item), "presets": _presets(user)}
        return render(request, "task/acts/snooze_dialog.html", context)
    until = chosen.moment(request, "until")
    commands.snooze_work_item(actor=user, work_item_id=item_id, until=until)
    text = _("Put off until %(moment)s.") % {"moment": dates.exact(until)}
    return events(
        HttpResponse(status=204),
        close_dialog=None,
        task_changed=None,
        refresh_lists=None,
        advance=None,
        toast={"text": text},
    )


@require_POST
@signed_in
@says_who
def unsnooze(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Back into the lists at once."""
    commands.unsnooze_work_item(actor=reader(request), work_item_id=item_id)
    return changed(_("The task is in your lists again."))


@require_POST
@signed_in
@says_who
def follow(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Be told of every act on the task."""
    commands.follow_work_item(actor=reader(request), work_item_id=item_id)
    return changed(_("You are told of everything that happens to this task."))


@require_POST
@signed_in
@says_who
def unfollow(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Be told no longer."""
    commands.unfollow_work_item(actor=reader(request), work_item_id=item_id)
    return changed(_("You no longer follow this task."))


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def labels(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog with the labels a person may use, and what was ticked in it; each label is one act."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        return render(request, "task/acts/labels_dialog.html", _label_context(user, item))
    wanted = {text.lower() for text in request.POST.getlist("labels")[:100]}
    on = {str(label["id"]) for label in marks_of(user, item).labels}
    for label in labels_for(user):
        if str(label.pk) in wanted - on:
            commands.label_work_item(actor=user, work_item_id=item_id, label_id=label.pk)
        elif str(label.pk) in on - wanted:
            commands.unlabel_work_item(actor=user, work_item_id=item_id, label_id=label.pk)
    return changed(_("The labels are kept."))


@require_POST
@signed_in
@says_who
def new_label(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Make a label and put it on the task."""
    user = reader(request)
    item_for(user, item_id)
    unit = _team_of(user) if request.POST.get("whose") == "team" else None
    made = commands.create_label(
        actor=user, name=request.POST.get("name", ""), colour=request.POST.get("colour", ""), unit=unit
    )
    commands.label_work_item(actor=user, work_item_id=item_id, label_id=made.pk)
    context = _label_context(user, item_for(user, item_id))
    return events(render(request, "task/acts/labels_dialog.html", context), task_changed=None, refresh_lists=None)


@require_POST
@signed_in
@says_who
def forget_label(request: HttpRequest, item_id: UUID, label_id: UUID) -> HttpResponse:
    """Do away with a label everywhere."""
    user = reader(request)
    item_for(user, item_id)
    commands.delete_label(actor=user, label_id=label_id)
    context = _label_context(user, item_for(user, item_id))
    return events(render(request, "task/acts/labels_dialog.html", context), task_changed=None, refresh_lists=None)


def _label_context(user: User, item: WorkItem) -> dict[str, Any]:
    on = {str(label["id"]) for label in marks_of(user, item).labels}
    known = labels_for(user).select_related("unit")
    return {
        "item": item,
        "labels": [{"label": each, "on": str(each.pk) in on, "may_change": may_change(user, each)} for each in known],
        "colours": Label.Colour.choices,
        "team": _team_of(user),
    }


def _team_of(user: User) -> OrgUnit | None:
    """The unit for which the person may make labels: their own, if they keep its labels."""
    unit = user.org_unit
    return unit if unit is not None and may_keep_for(user, unit) else None


def _presets(user: User) -> list[dict[str, Any]]:
    """Moments people mostly mean, in their own zone."""
    local = clock.now().astimezone(user.time_zone)
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    later = (local + timedelta(hours=3)).replace(second=0, microsecond=0)
    moments = [
        (_("In three hours"), later),
        (_("Tomorrow morning"), morning + timedelta(days=1)),
        (_("Monday morning"), morning + timedelta(days=7 - local.weekday())),
        (_("In a week"), morning + timedelta(days=7)),
    ]
    by_moment = {moment: label for label, moment in reversed(moments)}  # on Sundays tomorrow is Monday
    return [_preset(by_moment[moment], moment) for moment in sorted(by_moment)]


def _preset(label: str, moment: datetime) -> dict[str, Any]:
    return {"label": label, "value": moment.isoformat(), "shown": dates.exact(moment)}
