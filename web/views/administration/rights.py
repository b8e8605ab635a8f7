"""Roles and their rights: what holders may do with which records how far, and the fields they do not see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts import commands
from accounts.locks import role_by_code
from accounts.models import Action, DataScope, FieldRule, Reach, Role
from web.pages import signed_in
from web.views.administration.frame import administrator, may_change_company, posted, show
from web.views.crm.acting import Act, perform
from web.views.crm.words import field_label
from web.views.processes.reading import record_label

# Kinds of the rights matrix that no area registers as records processes can be about.
KINDS = {
    "account_entry": gettext_lazy("Account entry"),
    "arrears": gettext_lazy("Arrears"),
    "audit_event": gettext_lazy("Audit event"),
    "budget_line": gettext_lazy("Budget line"),
    "care_task": gettext_lazy("Care task"),
    "consumption": gettext_lazy("Consumption"),
    "contact": gettext_lazy("Contact"),
    "contract": gettext_lazy("Contract"),
    "credit_profile": gettext_lazy("Credit profile"),
    "customer_level": gettext_lazy("Customer level"),
    "customer_tag": gettext_lazy("Customer tag"),
    "decision": gettext_lazy("Decision"),
    "duplicate_candidate": gettext_lazy("Possible duplicate"),
    "import": gettext_lazy("Import"),
    "incident": gettext_lazy("Problem of a process"),
    "interaction": gettext_lazy("Call, visit or note"),
    "macro": gettext_lazy("Market figure"),
    "opportunity": gettext_lazy("Opportunity"),
    "org_unit": gettext_lazy("Unit"),
    "payment": gettext_lazy("Payment"),
    "policy": gettext_lazy("Policy"),
    "process_definition": gettext_lazy("Process"),
    "process_instance": gettext_lazy("Running process"),
    "property_listing": gettext_lazy("Property listing"),
    "quotation": gettext_lazy("Quotation"),
    "role": gettext_lazy("Role"),
    "sales_order": gettext_lazy("Order"),
    "sales_task": gettext_lazy("Sales task"),
    "segment": gettext_lazy("Segment"),
    "service_queue": gettext_lazy("Service queue"),
    "sla_policy": gettext_lazy("Promised times"),
    "substitution": gettext_lazy("Substitution"),
    "survey": gettext_lazy("Survey"),
    "user": gettext_lazy("Person"),
    "work_calendar": gettext_lazy("Work calendar"),
    "work_item": gettext_lazy("Task"),
}
# Fields of the rights that are no columns of their record's table.
FIELDS = {
    "balance": gettext_lazy("Balance of the account"),
    "credit_score": gettext_lazy("Credit score"),
    "id_no": gettext_lazy("Identity number"),
    "overdue_amount": gettext_lazy("Overdue amount"),
    "overdue_days": gettext_lazy("Longest overdue"),
    "phones": gettext_lazy("Phone"),
}


@require_GET
@signed_in
def rights(request: HttpRequest) -> HttpResponse:
    """All roles, and the rights of the chosen one as a table."""
    user = administrator(request)
    roles = list(Role.objects.annotate(holders=_holders()).order_by("code"))
    chosen = next((role for role in roles if role.code == request.GET.get("role")), roles[0] if roles else None)
    context = {
        "roles": roles,
        "chosen": chosen,
        "rows": _matrix(chosen) if chosen else [],
        "actions": Action.choices,
        "fields": _fields(chosen) if chosen else [],
        "may_change": may_change_company(user, "role"),
    }
    return show(request, "rights", "rights", context)


class ScopeForm(forms.Form):
    """What the holders of a role may do with one kind of record within one reach."""

    actions = forms.MultipleChoiceField(
        label=gettext_lazy("They may"),
        choices=Action.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing chosen takes the right away."),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def right_edit(request: HttpRequest, role: str, kind: str, scope: str) -> HttpResponse:
    """Change one line of the table."""
    user = administrator(request)
    holder = role_by_code(role)
    if not is_known(kind) or scope not in Reach.values:
        raise Http404
    row = DataScope.objects.filter(role=holder, kind=kind, scope=scope).first()
    form = ScopeForm(posted(request), initial={"actions": row.actions if row else []})

    def run(entered: dict[str, Any]) -> str:
        commands.change_data_scope(actor=user, role=role, kind=kind, scope=scope, actions=entered["actions"])
        return _("Saved. All holders of the role have been told.")

    title = _("%(role)s: %(kind)s, %(reach)s") % {
        "role": holder,
        "kind": kind_label(kind),
        "reach": Reach(scope).label,
    }
    back = f"{reverse('admin_rights')}?role={role}"
    return perform(request, Act(title, _("Save"), run, back, goes_there=True), form)


def kind_label(kind: str) -> str:
    """What a kind of record is called: by its area, else as kinds without pages of their own are called here."""
    known = record_label(kind)
    return known if known != kind else str(KINDS.get(kind) or kind.replace("_", " ").capitalize())


def is_known(kind: str) -> bool:
    """Whether there are records of this kind."""
    return kind in KINDS or record_label(kind) != kind or DataScope.objects.filter(kind=kind).exists()


def _holders() -> Any:
    return Count("assignments__user", filter=Q(assignments__user__is_active=True), distinct=True)


def _matrix(role: Role) -> list[dict[str, Any]]:
    order = {reach: place for place, reach in enumerate(Reach.values)}
    found = sorted(DataScope.objects.filter(role=role), key=lambda row: (row.kind, order[row.scope]))
    return [
        {
            "kind": row.kind,
            "label": kind_label(row.kind),
            "scope": row.scope,
            "reach": row.get_scope_display(),
            "marks": [action in row.actions for action in Action.values],
        }
        for row in found
    ]


def _fields(role: Role) -> list[dict[str, Any]]:
    rules = FieldRule.objects.filter(Q(role=role) | Q(role=None)).order_by("kind", "field", "role")
    return [
        {
            "record": kind_label(rule.kind),
            "field": _field_words(rule.kind, rule.field),
            "effect": rule.get_effect_display(),
            "is_own": rule.role_id is not None,
        }
        for rule in rules
    ]


def _field_words(kind: str, name: str) -> str:
    """What a field is called where its record is shown."""
    if name in FIELDS:
        return str(FIELDS[name])
    table = kind.replace("_", "")
    model = next((each for each in apps.get_models() if each._meta.model_name == table), None)
    return field_label(model, name) if model else name
