"""Reading customers: lists, search, exact search by identity number, and the sealed number itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts import audit, scopes
from accounts.models import User
from crm_core import sealing
from crm_core.customers import search
from crm_core.customers.models import Contact, Customer
from crm_core.exceptions import NotPermitted
from crm_core.history import RecordChange
from crm_core.permissions import seen

INDEXED = frozenset({"name", "legal_name", "area", "industry"})
"""Fields whose words are in the search column: who may not read one of them finds by number only."""
SORTS = {
    "name": ("name", "id"),
    "-name": ("-name", "-id"),
    "changed": ("-updated_at", "id"),
    "newest": ("-created_at", "id"),
    "level": ("-level__rank", "name", "id"),
}


def customer_list(
    user: User,
    *,
    text: str = "",
    level: str = "",
    stage: str = "",
    kind: str = "",
    owner: User | None = None,
    unit_path: str = "",
    tag: str = "",
    sort: str = "changed",
) -> QuerySet[Customer]:
    """The customers a person sees, filtered and sorted; two queries' worth of joins, none per row."""
    rows: QuerySet[Customer] = Customer.objects.visible_to(user).select_related("level", "owner", "org_unit")
    exact: dict[str, Any] = {"level_id": level, "lifecycle_stage": stage, "kind": kind, "owner": owner}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if unit_path:
        rows = rows.filter(org_unit__path__startswith=unit_path)
    if tag:
        rows = rows.filter(tag_links__tag__code=tag)
    if text.strip():
        rows = rows.filter(_matches(user, text))
    return rows.order_by(*SORTS.get(sort, SORTS["changed"]))


def find_customers(user: User, text: str, *, limit: int = 10) -> list[Customer]:
    """The first customers for the search box, by name."""
    return list(customer_list(user, text=text, sort="name")[:limit]) if text.strip() else []


def customer(user: User, customer_id: UUID | str) -> Customer:
    """One customer the person may see; raises RecordNotFound."""
    return seen(Customer, user, customer_id)


def contacts_of(user: User, customer_id: UUID | str) -> QuerySet[Contact]:
    """The active contacts of a customer, the main one first."""
    rows: QuerySet[Contact] = Contact.objects.visible_to(user)
    return rows.filter(customer_id=customer_id, is_active=True).order_by("-is_main", "name")


def changes_of(user: User, customer_id: UUID | str, *, before: datetime | None = None) -> QuerySet[RecordChange]:
    """The history of a customer the person may see, newest first; fields hidden from them are left out by
    `shown_fields`."""
    found = customer(user, customer_id)
    rows = RecordChange.objects.filter(kind=Customer.record_kind, record_id=found.pk).select_related("by")
    return (rows.filter(at__lt=before) if before else rows).order_by("-at", "-record_version")


def shown_fields(user: User, change: RecordChange) -> dict[str, list[Any]]:
    """The changed fields of a history row as this person may see them: masked ones show as null on both sides."""
    masked = scopes.mask_for(user, change.kind)
    return {name: [None, None] if name in masked else pair for name, pair in change.fields.items()}


@transaction.atomic(durable=True)
def reveal_id_no(*, actor: User, customer_id: UUID | str) -> str:
    """The identity number in clear, written to the audit log. Raises RecordNotFound, NotPermitted when it is masked."""
    found = customer(actor, customer_id)
    if "id_no" in scopes.mask_for(actor, Customer.record_kind):
        raise NotPermitted
    audit.record("customer.id-no-viewed", actor=actor, subject_kind=Customer.record_kind, subject_id=str(found.pk))
    return sealing.unseal(found.id_no_sealed)


@transaction.atomic(durable=True)
def customers_by_id_no(*, actor: User, id_no: str) -> list[Customer]:
    """The visible customers with exactly this identity number, written to the audit log. Raises NotPermitted."""
    if "id_no" in scopes.mask_for(actor, Customer.record_kind):
        raise NotPermitted
    mark = sealing.fingerprint(id_no)
    found = list(Customer.objects.visible_to(actor).filter(id_no_hash=mark)) if mark else []
    audit.record("customer.searched-by-id-no", actor=actor, data={"found": [str(entry.pk) for entry in found]})
    return found


def _matches(user: User, text: str) -> Q:
    """Words anybody may search by, and phone and e-mail for those who see them unmasked."""
    masked = scopes.mask_for(user, Customer.record_kind)
    condition = Q(number__iexact=text.strip()) | (Q() if masked & INDEXED else words(search.query(text)))
    if "credit_code" not in masked:
        condition |= Q(credit_code=text.strip().upper())
    key = search.phone_key(text)
    if key and not masked & {"phone", "mobile"}:
        condition |= Q(phone_keys__contains=[key])
    if "@" in text and "email" not in masked:
        condition |= Q(email__iexact=text.strip())
    return condition


def words(tsquery: str) -> Q:
    """The condition that the search words match a tsquery literal; matches nothing when it is empty."""
    if not tsquery:
        return Q(pk__in=[])
    return Q(pk__in=RawSQL("SELECT id FROM crm_core_customer WHERE search @@ %s::tsquery", [tsquery]))  # noqa: S611
