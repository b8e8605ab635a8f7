"""The facts of a customer: the line under the name, the list on the left, the stages across the top."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import scopes
from accounts.models import Action, User
from config import clock
from crm_core.customers.models import Customer, CustomerKind, LifecycleStage, Tag
from crm_core.days import today_at
from crm_core.interactions.models import Interaction
from crm_core.sales.queries import Purchases, purchases_until
from web.components import icon_svg, money
from web.tags.people import person
from web.tags.states import ago, due_time
from web.views.crm.words import choice_words, day_words, field_label

ALWAYS = ("phone", "email")
COMMON = (
    *("industry", "phone", "mobile", "email", "wechat", "area", "address", "language", "source"),
    *("account_status", "value_score", "credit_limit", "referrer"),
)
OF_KIND = {
    CustomerKind.ORGANISATION: ("legal_name", "credit_code", "size"),
    CustomerKind.INDIVIDUAL: ("sex", "birth_date", "id_no", "occupation", "education", "hobbies"),
}
PATH = (LifecycleStage.SUSPECT, LifecycleStage.PROSPECT, LifecycleStage.CUSTOMER, LifecycleStage.MEMBER)
LANGUAGES = {"en": gettext_lazy("English"), "zh-hans": gettext_lazy("Simplified Chinese")}


def headline(user: User, customer: Customer, masked: Collection[str]) -> list[dict[str, Any]]:
    """Owner, next step, purchases of twelve months, last contact, how long the level holds."""
    met = Interaction.objects.filter(customer=customer)
    ahead = met.filter(next_step_at__gte=clock.now()).order_by("next_step_at").first()
    last = met.order_by("-at", "-id").values_list("at", flat=True).first()
    pairs: list[dict[str, Any]] = [
        {"label": _("Owner"), "value": person(customer.owner)},
        {"label": _("Next step"), "value": _next_step(ahead)},
        _purchases(user, customer),
        {"label": _("Last contact"), "value": ago(last) if last else _("none yet")},
    ]
    until = customer.level_valid_until
    pairs.append({"label": _("Level valid until"), "value": _day(until) if until else _("no end")})
    return pairs


def key_facts(user: User, customer: Customer, masked: Collection[str]) -> list[dict[str, Any]]:
    """What is known, in the order people look for it; what they may not see says so, what is unknown is left out."""
    names = (*OF_KIND[CustomerKind(customer.kind)], *COMMON)
    pairs = [_fact(customer, name, masked) for name in names]
    found = [pair for pair in pairs if pair is not None]
    found.insert(0, {"label": _("Unit"), "value": customer.org_unit})
    tags = list(Tag.objects.filter(customer_links__customer=customer))
    if tags:
        marks = format_html_join(" ", '<span class="tag">{}</span>', ((tag,) for tag in tags))
        found.append({"label": _("Tags"), "value": marks})
    if customer.note:
        hidden = "note" in masked
        found.append({"label": _("Note"), "value": customer.note, "masked": hidden})
    return found


def stage_path(customer: Customer, masked: Collection[str]) -> list[dict[str, Any]]:
    """The stages up to the present one; a customer who sleeps, left or came back stands at a last step of its own."""
    if "lifecycle_stage" in masked:
        return []
    stage = LifecycleStage(customer.lifecycle_stage)
    steps = list(PATH) if stage in PATH else [*PATH, stage]
    at = steps.index(stage)
    return [
        {"label": step.label, "state": "done" if number < at else "now" if number == at else ""}
        for number, step in enumerate(steps)
    ]


def _next_step(entry: Interaction | None) -> Any:
    if entry is None or entry.next_step_at is None:
        return format_html('<span class="muted">{}</span>', _("none planned"))
    words = entry.next_step or _("Talk to the customer")
    return format_html("<span>{}</span> {}", words, due_time(entry.next_step_at, since=entry.at))


def _purchases(user: User, customer: Customer) -> dict[str, Any]:
    label = _("Bought in 12 months")
    if not scopes.may(user, Action.VIEW, "sales_order", customer):
        return {"label": label, "masked": True}
    bought = purchases_until([customer.pk], today_at(customer.org_unit)).get(customer.pk, Purchases())
    return {"label": label, "value": money(bought.amount)}


def _fact(customer: Customer, name: str, masked: Collection[str]) -> dict[str, Any] | None:
    label = _("Identity number") if name == "id_no" else field_label(Customer, name)
    if name in masked:
        return {"label": label, "masked": True}
    value = _value(customer, name)
    if value in (None, "") and name not in ALWAYS:
        return None
    return {"label": label, "value": value if value not in (None, "") else "–"}


def _value(customer: Customer, name: str) -> Any:
    if name == "id_no":
        return _sealed(customer)
    value = getattr(customer, name)
    if value in (None, ""):
        return None
    match name:
        case "phone" | "mobile":
            return format_html('<a class="num" href="tel:{}">{}</a>', "".join(value.split()), value)
        case "email":
            return format_html('<a href="mailto:{}">{}</a>', value, value)
        case "credit_limit":
            return money(value) if value else None
        case "birth_date":
            return _day(value)
        case "language":
            return LANGUAGES.get(value, value)
    return choice_words(Customer, name, value)


def _sealed(customer: Customer) -> SafeString | None:
    """The identity number is shown on request only, and that is written down."""
    if not customer.id_no_hash:
        return None
    return format_html(
        '<button type="button" class="btn" hx-post="{}" hx-swap="outerHTML" title="{}">{}{}</button>',
        reverse("customer_id_no", args=[customer.pk]),
        _("Showing it is written to the audit log."),
        icon_svg("eye"),
        _("Show"),
    )


def _day(day: Any) -> SafeString:
    return format_html('<span class="num">{}</span>', day_words(day))
