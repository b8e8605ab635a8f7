"""Who stands in for whom: running and coming substitutions, arranged and ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts import commands, scopes
from accounts.models import Substitution, User
from config import clock
from web.pages import page_number, signed_in
from web.views.administration.choices import PersonField
from web.views.administration.frame import administrator, posted, show
from web.views.crm.acting import Act, perform
from web.views.crm.paging import slice_of


@require_GET
@signed_in
def substitutions(request: HttpRequest) -> HttpResponse:
    """The substitutions that are not over, of the people the administrator sees."""
    rows = _visible(administrator(request)).filter(Q(ends=None) | Q(ends__gt=clock.now()))
    page = slice_of(rows.order_by("starts", "pk"), page_number(request))
    return show(request, "substitutions", "substitutions", {"page": page, "now": clock.now()})


class SubstitutionForm(forms.Form):
    """Who is away from when to when, and who gets their tasks."""

    substituted_id = PersonField(label=gettext_lazy("Away"))
    substitute_id = PersonField(label=gettext_lazy("Stands in"))
    starts = forms.DateTimeField(
        label=gettext_lazy("From"), widget=forms.DateTimeInput, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
    )
    ends = forms.DateTimeField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateTimeInput,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        help_text=gettext_lazy("Leave empty until somebody ends it."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)


@require_http_methods(["GET", "POST"])
@signed_in
def substitution_new(request: HttpRequest) -> HttpResponse:
    """Arrange a substitution."""
    user = administrator(request)
    form = SubstitutionForm(posted(request), initial={"starts": clock.now()})

    def run(entered: dict[str, Any]) -> str:
        people = {name: entered.pop(name).public_id for name in ("substituted_id", "substitute_id")}
        commands.add_substitution(actor=user, **people, **entered)
        return _("Arranged. Both have been told.")

    act = Act(
        title=_("New substitution"),
        submit=_("Arrange it"),
        run=run,
        back=reverse("admin_substitutions"),
        goes_there=True,
        template="administration/substitution_fields.html",
        context={"names": _names(request)},
    )
    return perform(request, act, form)


@require_http_methods(["GET", "POST"])
@signed_in
def substitution_end(request: HttpRequest, substitution_id: int) -> HttpResponse:
    """End a substitution now."""
    user = administrator(request)
    row = _visible(user).filter(pk=substitution_id).first()
    if row is None:
        raise Http404

    def run(_entered: dict[str, Any]) -> str:
        commands.end_substitution(actor=user, substitution_id=substitution_id)
        return _("Ended. Both have been told.")

    names = {"away": row.substituted.display_name, "other": row.substitute.display_name}
    title = _("%(other)s no longer stands in for %(away)s") % names
    act = Act(title, _("End it now"), run, reverse("admin_substitutions"), goes_there=True, danger=True)
    return perform(request, act, forms.Form(posted(request)))


def _visible(user: User) -> Any:
    rows = Substitution.objects.select_related("substituted", "substitute", "branch")
    people = scopes.visible(User.objects.all(), user, "user", owner=None)
    return rows.filter(substituted__in=people)


def _names(request: HttpRequest) -> dict[str, str]:
    """The names that stood in the search fields when the form was refused."""
    ids = {name: request.POST.get(name, "") for name in ("substituted_id", "substitute_id")}
    wanted = [int(text) for text in ids.values() if text.isascii() and text.isdigit() and len(text) < 10]
    found = {str(person.pk): person.display_name for person in User.objects.filter(pk__in=wanted)} if wanted else {}
    return {name: found.get(text, "") for name, text in ids.items()}
