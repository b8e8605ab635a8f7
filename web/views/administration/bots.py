"""Bots: which chats hear of what, whether they can be reached, and what could not be posted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Language, OrgUnit, User
from notifications import bots as posting
from notifications import commands, sending, texts
from notifications.commands import BotValues
from notifications.models import Bot, BotKind, Sending
from tasks_inbox.models import WorkItemEvent
from web.pages import signed_in
from web.views.administration.choices import roles
from web.views.administration.frame import administrator, posted, show
from web.views.crm.acting import Act, perform
from web.views.news_choices import AREAS, plain_words

SHOWN_FAILURES = 20
USUAL_TEXT = "{what}\n{link}"
WHY = {
    "scheme": gettext_lazy("The address does not begin with https://."),
    "address": gettext_lazy("The address is not complete."),
    "inside": gettext_lazy("The address leads inside the company's network, which is not allowed."),
    "unknown-host": gettext_lazy("There is no such host."),
    "no-answer": gettext_lazy("There was no answer."),
    "certificate": gettext_lazy("The certificate of the host is not valid."),
    "unreadable": gettext_lazy("The answer cannot be understood."),
    "SealBroken": gettext_lazy("Address and secret were sealed with another installation's secret. Enter them again."),
}


@require_GET
@signed_in
def bots(request: HttpRequest) -> HttpResponse:
    """All bots, and what could not be posted; three queries."""
    _keeper(request)
    failed = Count("sendings", filter=Q(sendings__status=Sending.Status.FAILED))
    sent = Max("sendings__finished_at", filter=Q(sendings__status=Sending.Status.SENT))
    rows = Bot.objects.annotate(failed=failed, sent=sent).order_by("name")
    failures = Sending.objects.filter(bot__isnull=False, status=Sending.Status.FAILED).select_related("bot")
    shown = [
        {"bot": each.bot, "at": each.finished_at, "why": why(each.failure)}
        for each in failures.order_by("-created_at")[:SHOWN_FAILURES]
    ]
    return show(request, "bots", "bots", {"rows": [_row(bot) for bot in rows], "failures": shown})


class BotForm(forms.Form):
    """Where a bot posts, for whom, about what, and in which words."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=BotKind.choices)
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=1000,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("As the chat program gives it. It is kept encrypted and not shown again."),
    )
    secret = forms.CharField(
        label=gettext_lazy("Secret"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Where the bot checks signatures. It is kept encrypted and not shown again."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Who reads it"),
        help_text=gettext_lazy("Only what everybody with this role may see is posted."),
    )
    unit = forms.ChoiceField(label=gettext_lazy("At"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)
    text = forms.CharField(label=gettext_lazy("Text"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    events = forms.MultipleChoiceField(label=gettext_lazy("Posts about"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, known: Bot | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        offered: dict[str, Any] = self.fields
        offered["role"].choices = roles()
        units = OrgUnit.objects.filter(is_active=True).order_by("path")
        offered["unit"].choices = [("", _("everywhere")), *((unit.code, str(unit)) for unit in units)]
        offered["events"].choices = list(_event_choices())
        offered["text"].help_text = _("These are filled in: %(names)s") % {
            "names": " ".join(f"{{{name}}}" for name in posting.PLACEHOLDERS)
        }
        if known is None:
            offered["address"].required = True
        else:
            for name in ("address", "secret"):
                offered[name].help_text = _("Leave it empty to keep the present one.")


@sensitive_post_parameters("address", "secret")
@require_http_methods(["GET", "POST"])
@signed_in
def bot_new(request: HttpRequest) -> HttpResponse:
    """Make a bot."""
    user = _keeper(request)
    language = user.language or Language.ENGLISH
    form = BotForm(posted(request), initial={"text": USUAL_TEXT, "language": language})

    def run(entered: dict[str, Any]) -> str:
        commands.add_bot(actor=user, values=_values(entered))
        return _("It posts from now on. Send a test to see whether it is reached.")

    return perform(request, _act(_("New bot"), _("Add it"), run), form)


@sensitive_post_parameters("address", "secret")
@require_http_methods(["GET", "POST"])
@signed_in
def bot_edit(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Change a bot; address and secret stay unless others are given."""
    user, bot = _keeper(request), _bot(bot_id)
    role, _at, unit = bot.audience.partition("@")
    initial = {"role": role, "unit": unit} | {
        name: getattr(bot, name) for name in ("name", "kind", "language", "text", "events")
    }
    form = BotForm(posted(request), known=bot, initial=initial)

    def run(entered: dict[str, Any]) -> str:
        commands.change_bot(actor=user, bot_id=bot_id, values=_values(entered))
        return _("Saved.")

    return perform(request, _act(_("Change “%(name)s”") % {"name": bot.name}, _("Save"), run), form)


@require_http_methods(["GET", "POST"])
@signed_in
def bot_remove(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Forget a bot."""
    user, bot = _keeper(request), _bot(bot_id)

    def run(_entered: dict[str, Any]) -> str:
        commands.remove_bot(actor=user, bot_id=bot_id)
        return _("Removed.")

    title = _("Remove “%(name)s”?") % {"name": bot.name}
    explanation = _("It posts nothing any more, and what it could not post is forgotten.")
    act = Act(title, _("Remove it"), run, reverse("admin_bots"), danger=True, goes_there=True, explanation=explanation)
    return perform(request, act, forms.Form(posted(request)))


@require_POST
@signed_in
def bot_switch(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """On or off."""
    on = request.POST.get("on") == "1"
    bot = commands.switch_bot(actor=_keeper(request), bot_id=bot_id, on=on)
    words = _("“%(name)s” posts again.") if on else _("“%(name)s” posts nothing until it is switched on.")
    messages.success(request, words % {"name": bot.name})
    return redirect("admin_bots")


@require_POST
@signed_in
def bot_test(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Post a test now and say what came of it."""
    test = commands.request_test(actor=_keeper(request), bot_id=bot_id)
    sending.carry_out(test.pk)
    test.refresh_from_db()
    if test.status == Sending.Status.FAILED:
        messages.error(request, _("The test did not arrive. %(why)s") % {"why": why(test.failure)})
    elif test.status == Sending.Status.SENT:
        messages.success(request, _("The test was posted."))
    else:
        messages.success(request, _("The test is on its way."))
    return redirect("admin_bots")


@require_POST
@signed_in
def bot_retry(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Try again what was given up."""
    commands.retry_failed(actor=_keeper(request), bot_id=bot_id)
    messages.success(request, _("It is tried again now."))
    return redirect("admin_bots")


def why(failure: str) -> str:
    """Why something was not posted, as a sentence."""
    word, _space, number = failure.partition(" ")
    if word == "status":
        return _("The host answered with the status %(number)s.") % {"number": number}
    if word == "refused":
        return _("The chat program refused it with the number %(number)s.") % {"number": number}
    return str(WHY.get(word, _("Something went wrong: %(what)s") % {"what": failure}))


def _row(bot: Any) -> dict[str, Any]:
    role, _at, unit = bot.audience.partition("@")
    return {"bot": bot, "audience": f"{dict(roles()).get(role, role)}{f' · {unit}' if unit else ''}"}


def _event_choices() -> Iterator[tuple[str, str]]:
    """Acts on tasks first, then what processes tell, each with its area before it."""
    tasks = _("Tasks")
    for kind in posting.ACTS:
        yield f"{posting.ACT}:{kind}", f"{tasks}: {WorkItemEvent.Kind(kind).label}"
    for name, template in texts.TEMPLATES.items():
        if not name.startswith("task-"):
            area = next(label for prefix, label in AREAS if name.startswith(prefix))
            yield f"{posting.NEWS}:{name}", f"{area}: {plain_words(str(template.title))}"


def _values(entered: dict[str, Any]) -> BotValues:
    unit = entered.pop("unit")
    role = entered.pop("role")
    return BotValues(**entered, audience=f"{role}@{unit}" if unit else role)


def _act(title: str, submit: str, run: Any) -> Act:
    return Act(title, submit, run, reverse("admin_bots"), goes_there=True)


def _bot(bot_id: UUID) -> Bot:
    found = Bot.objects.filter(public_id=bot_id).first()
    if found is None:
        raise Http404
    return found


def _keeper(request: HttpRequest) -> User:
    user = administrator(request)
    if not commands.may_keep_bots(user):
        raise PermissionDenied(_("What leaves the company is decided at headquarters."))
    return user
