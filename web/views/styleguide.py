"""The style page: every component in all its states, as it looks in the product."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config import clock
from web.components import initials, tone_of
from web.views import styleguide_samples as samples

PEOPLE: Final = {
    "en": ("Li Wei", "Wang Fang", "Chen Jie", "Zhao Lei", "Sun Li", "Liu Yang", "Wang Ning", "Xu Tao"),
    "zh-hans": ("李伟", "王芳", "陈洁", "赵磊", "孙丽", "刘洋", "王宁", "徐涛"),
}


class SampleForm(forms.Form):
    """One field of every kind the product uses, with help and errors."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"] = forms.CharField(label=_("Customer"), help_text=_("Name or number"))
        self.fields["harm"] = forms.DecimalField(label=_("Harm"), min_value=0)
        self.fields["cause"] = forms.ChoiceField(
            label=_("Root cause"), required=False, choices=[("facility", _("Facility fault")), ("people", _("Staff"))]
        )
        self.fields["found"] = forms.CharField(label=_("What you found"), widget=forms.Textarea(attrs={"rows": 3}))
        self.fields["since"] = forms.DateField(label=_("Overdue since"), widget=forms.DateInput(), required=False)
        self.fields["ask"] = forms.MultipleChoiceField(
            label=_("Ask other departments"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[("service", _("Maintenance")), ("finance", _("Finance")), ("sales", _("Sales"))],
        )
        self.fields["remind"] = forms.BooleanField(label=_("Remind at 80 %"), required=False)
        self.fields["evidence"] = forms.FileField(label=_("Evidence"), required=False)


def styleguide(request: HttpRequest) -> HttpResponse:
    """Shows the style page; it reads no records and needs no rights."""
    return render(request, "styleguide/page.html", sample_context())


def styleguide_people(request: HttpRequest) -> JsonResponse:
    """Answers the people search of the style page."""
    words = request.GET.get("q", "").strip().lower()
    found = [name for name in _people() if words in name.lower()]
    results = [
        {"id": name, "label": name, "initials": initials(name), "tone": tone_of(name), "hint": _("6 open")}
        for name in found
    ]
    return JsonResponse({"results": results})


def _people() -> tuple[str, ...]:
    return PEOPLE["zh-hans" if (get_language() or "").startswith("zh") else "en"]


def sample_context() -> dict[str, Any]:
    """Everything the style page shows, in the language of the request."""
    now = clock.now()
    li, wang, chen, zhao, sun, liu, ning, _xu = _people()
    form = SampleForm(
        {"customer": _("Lanting Hotels"), "harm": "-20", "since": "2026-09-15", "ask": ["service"], "remind": True}
    )
    hours = timedelta(hours=1)
    return {
        "nav": samples.nav(),
        "notification_count": 3,
        "li": li,
        "wang": wang,
        "chen": chen,
        "sun": sun,
        "ning": ning,
        "form": form,
        "rows": samples.rows(now),
        "due": [
            SimpleNamespace(due_at=now + 5 * hours, opened_at=now - 2 * hours),
            SimpleNamespace(due_at=now + 2 / 3 * hours, opened_at=now - 5 * hours),
            SimpleNamespace(due_at=now - hours, opened_at=now - 8 * hours),
            SimpleNamespace(due_at=now + 70 * hours, opened_at=now - 8 * hours),
        ],
        "paused": SimpleNamespace(paused_reason=_("Waiting for customer")),
        "events": samples.events(now, li),
        "chain": samples.chain(wang=wang, sun=sun, zhao=zhao, liu=liu),
        "tabs": samples.tabs(),
        "chips": samples.chips(),
        "density": [{"label": _("Dense"), "pressed": True}, {"label": _("Roomy"), "pressed": False}],
        "pairs": samples.pairs(),
        "customers": samples.customers(li, wang, chen),
        "skeletons": range(2),
        "xml": samples.diagram(),
        "diagram_state": samples.diagram_state(),
        "diagram_texts": samples.diagram_texts(),
        "schema": samples.form_schema(),
        "form_texts": samples.form_texts(),
        "form_data": {"harm": 120, "cause": "facility"},
    }
