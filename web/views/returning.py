"""Sending a task back, taking back a completion or a request, rejecting: what each would do, and the act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from tasks_inbox import commands, returning
from tasks_inbox.exceptions import WHY_NOT_BACK, PathChanged, ReturnImpossible
from tasks_inbox.models import WorkItem
from tasks_inbox.standing import Standing
from web import process_words
from web.pages import events, reader, signed_in
from web.views.task_menu import MenuEntry
from web.views.task_pane import item_for
from web.views.task_refusals import says_who
from workflows.models import ProcessInstance
from workflows.returning.queries import Closes, Made, Preview, StepBack

HUMAN = {"userTask", "manualTask"}


def entries(user: User, item: WorkItem, may: Standing) -> Iterable[MenuEntry]:
    """Sending back and rejecting an open task; taking back what the person completed last."""
    if may.may_complete and not item.signing and returning.allowed(item) is not returning.Allowed.NONE:
        yield MenuEntry(_("Send back…"), "undo-2", reverse("task_return", args=[item.pk]))
    if may.may_complete and returning.may_reject(item):
        yield MenuEntry(_("Reject the request…"), "circle-x", reverse("task_reject", args=[item.pk]), danger=True)
    if not item.is_open and returning.may_withdraw(user, item):
        yield MenuEntry(_("Take my completion back…"), "undo-2", reverse("task_withdraw", args=[item.pk]))


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def send_back(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog with the steps on the task's path, and sending it back to one of them."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        return render(request, "task/acts/return_dialog.html", _return_dialog(item))
    target, straight = request.POST.get("target", ""), request.POST.get("straight") == "on"
    reason = request.POST.get("reason", "")
    try:
        back = commands.return_work_item(
            actor=user,
            work_item_id=item_id,
            target=target,
            reason=reason,
            straight_back=straight,
            seen=request.POST.get("seen") or None,
        )
    except PathChanged as changed:
        context = _return_dialog(item_for(user, item_id), target, straight=straight, reason=reason)
        return _again(render(request, "task/acts/return_dialog.html", context | {"changed": changed.sentence}))
    name = back.assignee.display_name if back.assignee is not None else process_words.task_name(back)
    text = _("Sent back to %(name)s.") % {"name": name}
    return events(HttpResponse(status=204), close_dialog=None, refresh_lists=None, advance=None, toast={"text": text})


@require_GET
@signed_in
@says_who
def send_back_preview(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """What sending the task back to the chosen step would do."""
    item = item_for(reader(request), item_id)
    target, straight = request.GET.get("target", ""), request.GET.get("straight") == "on"
    return render(request, "task/acts/return_preview.html", _previewed(item, target, straight=straight))


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def withdraw(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog that says what taking one's completion back would close, and the act."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        preview = returning.preview_withdrawal(user, item)
        return render(request, "task/acts/withdraw_dialog.html", _withdrawal(item, preview))
    try:
        back = commands.withdraw_work_item(
            actor=user,
            work_item_id=item_id,
            reason=request.POST.get("reason", ""),
            seen=request.POST.get("seen") or None,
        )
    except PathChanged as changed:
        context = _withdrawal(item, returning.preview_withdrawal(user, item)) | {"changed": changed.sentence}
        return _again(render(request, "task/acts/withdraw_dialog.html", context))
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response["HX-Redirect"] = reverse("task", args=[back.pk])
    return response


@require_http_methods(["GET", "POST"])
@signed_in
@says_who
def reject(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The dialog that asks why, and ending the whole request."""
    user = reader(request)
    item = item_for(user, item_id)
    if request.method == "GET":
        name = process_words.task_name(item)
        return render(request, "task/acts/reject_dialog.html", {"item": item, "name": name})
    commands.reject_work_item(actor=user, work_item_id=item_id, reason=request.POST.get("reason", ""))
    text = _("The request is rejected.")
    return events(HttpResponse(status=204), close_dialog=None, refresh_lists=None, advance=None, toast={"text": text})


@require_http_methods(["GET", "POST"])
@signed_in
def recall(request: HttpRequest, instance_id: UUID) -> HttpResponse:
    """The dialog that says what taking the request back would close, and the act."""
    user = reader(request)
    root = ProcessInstance.objects.defer("state").filter(pk=instance_id, started_by=user).first()
    if root is None:
        raise Http404
    if request.method == "GET":
        ending = returning.preview_recall(root)
        context = {
            "instance": root,
            "name": process_words.process_name(root.version_id),
            "closes": [_open(item) for item in ending.closes],
            "made": _made(ending.made),
            "by_model": ending.by_model,
        }
        return render(request, "requests/recall_dialog.html", context)
    commands.recall_request(actor=user, instance_id=instance_id, reason=request.POST.get("reason", ""))
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response["HX-Refresh"] = "true"
    return response


# --- what the dialogs show ----------------------------------------------------------------------------------------


def _return_dialog(item: WorkItem, target: str = "", *, straight: bool = False, reason: str = "") -> dict[str, Any]:
    steps = returning.steps_back(item)
    possible = [step for step in steps if step.blocked is None or step.blocked_straight is None]
    chosen = next((step for step in possible if step.key == target), possible[-1] if possible else None)
    people = {person.pk: person for person in User.objects.filter(pk__in={pk for step in steps for pk in step.people})}
    context = {
        "item": item,
        "name": process_words.task_name(item),
        "steps": [_step(step, people, is_chosen=step is chosen) for step in reversed(steps)],
        "may_send": chosen is not None,
        "straight": straight,
        "reason": reason,
    }
    return context | (_previewed(item, chosen.key, straight=straight) if chosen is not None else {})


def _step(step: StepBack, people: dict[int, User], *, is_chosen: bool) -> dict[str, Any]:
    never = step.blocked if step.blocked is not None and step.blocked_straight is not None else None
    instance = ProcessInstance.objects.only("version_id").get(pk=step.instance_id)
    return {
        "step": step,
        "name": _element_name(instance.version_id, step.element),
        "people": [people[pk] for pk in step.people if pk in people],
        "is_chosen": is_chosen,
        "why_not": WHY_NOT_BACK.get(never.value, "") if never is not None else "",
    }


def _previewed(item: WorkItem, target: str, *, straight: bool) -> dict[str, Any]:
    try:
        preview = returning.preview_return(item, target, straight=straight)
    except ReturnImpossible as impossible:
        return {"item": item, "impossible": impossible.sentence}
    return {"item": item, "seen": preview.digest, **_told(item, preview)}


def _withdrawal(item: WorkItem, preview: Preview) -> dict[str, Any]:
    return {
        "item": item,
        "name": process_words.task_name(item),
        "seen": preview.digest,
        **_told(item, preview),
    }


def _told(item: WorkItem, preview: Preview) -> dict[str, Any]:
    own = (item.instance_id, item.step)
    closes = [each for each in preview.closes if (each.instance_id, each.step) != own and each.kind in HUMAN]
    others = sum(each.kind not in HUMAN for each in preview.closes)
    return {
        "straight": preview.is_straight,
        "closes": _closes(closes),
        "closes_others": others,
        "made": _made(preview.made),
    }


def _closes(closes: Sequence[Closes]) -> list[dict[str, Any]]:
    items = WorkItem.objects.in_context().filter(
        instance__in={each.instance_id for each in closes}, step__in={each.step for each in closes}
    )
    wanted = {(each.instance_id, each.step) for each in closes}
    return [_open(item) for item in items.order_by("created_at") if (item.instance_id, item.step) in wanted]


def _open(item: WorkItem) -> dict[str, Any]:
    return {"name": process_words.task_name(item), "person": item.assignee}


def _made(made: Sequence[Made]) -> list[dict[str, Any]]:
    return [
        {"label": each.label, "times": each.times, "at": each.last_at, "is_irreversible": each.is_irreversible}
        for each in made
    ]


def _element_name(version_id: UUID, element: str) -> str:
    return process_words.step_name(process_words.definitions.version_bundle(version_id), element)


def _again(response: HttpResponse) -> HttpResponse:
    """The dialog once more, in place of the one that was sent."""
    response["HX-Retarget"], response["HX-Reswap"] = "#dialog", "innerHTML"
    return response
