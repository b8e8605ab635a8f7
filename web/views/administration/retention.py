"""How long ended processes are kept: in the tables, then in the archive; and whether the history is sealed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from web.pages import signed_in
from web.views.administration.frame import administrator, posted, show
from web.views.crm.acting import Act, perform
from web.views.processes.reading import process_rows
from workflows import permissions
from workflows.archiving import queries, retention
from workflows.archiving.queries import Kept
from workflows.models import Retention


@require_GET
@signed_in
def retentions(request: HttpRequest) -> HttpResponse:
    """Every process with what is kept of it and for how long; the number of queries does not grow with them."""
    user = administrator(request)
    kept, names = queries.kept(), _names()
    rows = [_row(key, names.get(key, key), kept.get(key, Kept())) for key in {*names, *kept}]
    rows.sort(key=lambda row: (row["name"].casefold(), row["key"]))
    context = {"rows": rows, "keeping": queries.keeping(), "may_change": permissions.may_set_retention(user)}
    return show(request, "retention", "retention", context)


class RetentionForm(forms.Form):
    """Two numbers of days, both counted from the end of a process; empty keeps it."""

    days = forms.IntegerField(
        label=gettext_lazy("Archive after days"),
        min_value=0,
        max_value=retention.LONGEST,
        required=False,
        help_text=gettext_lazy("Counted from the end of a process. Empty: it stays where it is."),
    )
    delete_after = forms.IntegerField(
        label=gettext_lazy("Delete from the archive after days"),
        min_value=0,
        max_value=retention.LONGEST,
        required=False,
        help_text=gettext_lazy("Counted from the end as well. Empty: it stays in the archive for good."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuses to delete what was not archived before."""
        entered = super().clean() or {}
        days, delete_after = entered.get("days"), entered.get("delete_after")
        if delete_after is not None and "days" not in self.errors and (days is None or delete_after < days):
            self.add_error("delete_after", _("Nothing is deleted before it is archived."))
        return entered


@require_http_methods(["GET", "POST"])
@signed_in
def retention_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Set how long the ended instances of a process are kept."""
    user = _keeper(request)
    known = Retention.objects.filter(pk=key).first()
    initial = {"days": known.days, "delete_after": known.delete_after} if known else {}
    form = RetentionForm(posted(request), initial=initial)
    name = _names().get(key, key)

    def run(entered: dict[str, Any]) -> str:
        retention.set_retention(actor=user, process_key=key, days=entered["days"], delete_after=entered["delete_after"])
        return _("Saved. %(name)s: %(words)s") % {
            "name": name,
            "words": words(entered["days"], entered["delete_after"]),
        }

    title = _("How long is “%(name)s” kept?") % {"name": name}
    explanation = _(
        "Archived processes can still be looked at and brought back. What is deleted from the archive is gone; only"
        " a signed note that it was there is left."
    )
    act = Act(title, _("Save"), run, reverse("admin_retention"), goes_there=True, explanation=explanation)
    return perform(request, act, form)


def words(days: int | None, delete_after: int | None) -> str:
    """A retention as a sentence."""
    if days is None:
        return _("Kept for good")
    archived = ngettext("Archived after %(days)s day", "Archived after %(days)s days", days) % {"days": days}
    if delete_after is None:
        return archived
    deleted = ngettext("deleted after %(days)s day", "deleted after %(days)s days", delete_after)
    return _("%(archived)s, %(deleted)s") % {"archived": archived, "deleted": deleted % {"days": delete_after}}


def _row(key: str, name: str, kept: Kept) -> dict[str, Any]:
    setting = kept.retention
    return {
        "key": key,
        "name": name,
        "kept": kept,
        "words": words(setting.days, setting.delete_after) if setting else words(None, None),
        "is_set": setting is not None,
        "by": setting.changed_by.display_name if setting and setting.changed_by else "",
        "at": setting.changed_at if setting else None,
    }


def _names() -> dict[str, str]:
    return {row.definition.key: row.name for row in process_rows()}


def _keeper(request: HttpRequest) -> User:
    user = administrator(request)
    if not permissions.may_set_retention(user):
        raise PermissionDenied(_("How long the company keeps things is set at headquarters."))
    return user
