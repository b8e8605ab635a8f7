"""Changes of customers inside a caller's transaction: used by commands, imports and process handlers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from accounts.models import OrgUnit, User
from crm_core import sealing, storing
from crm_core.customers import search
from crm_core.customers.models import Contact, Customer, Tag


def prepared(customer: Customer, values: Mapping[str, Any]) -> dict[str, Any]:
    """The column values behind what a person entered: the identity number is sealed, phones get comparable keys."""
    columns = dict(values)
    if "id_no" in columns:
        id_no = str(columns.pop("id_no") or "").strip()
        columns |= {"id_no_sealed": sealing.seal(id_no), "id_no_hash": sealing.fingerprint(id_no)}
    if "name" in columns:
        columns["name_pinyin"] = search.pinyin(str(columns["name"]))[:400]
    return columns


def add_customers(
    customers: Sequence[Customer], *, actor: User | None, act: str = "created", check: bool = True
) -> Sequence[Customer]:
    """Store new customers with their search words. Raises ValuesRefused."""
    for customer in customers:
        customer.name_pinyin = search.pinyin(customer.name)[:400]
        customer.phone_keys = phone_keys([customer.phone, customer.mobile])
    storing.add_all(customers, actor=actor, act=act, check=check)
    for customer in customers:
        customer.search = search.document(_texts(customer, (), ()))
    Customer.objects.bulk_update(customers, ["search"], batch_size=500)
    return customers


def change_customer(
    customer: Customer, values: Mapping[str, Any], *, actor: User | None, act: str = "changed", note: str = ""
) -> tuple[str, ...]:
    """Change a locked customer and keep its search words right; returns the changed fields."""
    changed = storing.change(customer, prepared(customer, values), actor=actor, act=act, note=note)
    if changed:
        refresh_search(customer)
    return changed


def refresh_search(customer: Customer) -> None:
    """Work out again what the customer is found by: own words, contacts' names, tags, and all phone numbers."""
    assert connection.in_atomic_block
    contacts = list(Contact.objects.filter(customer=customer, is_active=True))
    tags = Tag.objects.filter(customer_links__customer=customer)
    phones = [customer.phone, customer.mobile, *(phone for each in contacts for phone in (each.phone, each.mobile))]
    customer.phone_keys = phone_keys(phones)
    customer.search = search.document(_texts(customer, contacts, tags))
    customer.save(update_fields=["search", "phone_keys"])


def move_customer(customer: Customer, owner: User, unit: OrgUnit, *, actor: User | None, note: str = "") -> None:
    """Give a locked customer another owner and unit."""
    storing.change(customer, {"owner": owner, "org_unit": unit}, actor=actor, act="transferred", note=note)


def phone_keys(phones: Sequence[str]) -> list[str]:
    """The comparable forms of phone numbers, each once."""
    return sorted({key for phone in phones if (key := search.phone_key(phone))})


def _texts(customer: Customer, contacts: Sequence[Contact], tags: Any) -> list[str]:
    """What anybody who sees the customer may find it by; fields that can be masked are not among it."""
    own = (customer.number, customer.name, customer.legal_name, customer.area, customer.industry)
    names = [text for tag in tags for text in (tag.name, tag.name_zh)]
    return [*own, *(contact.name for contact in contacts), *names]
