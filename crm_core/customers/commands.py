"""What people do to customers: add, change, hand over, tag, and keep their contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Action, OrgUnit, User
from config import clock
from crm_core import storing
from crm_core.customers import operations
from crm_core.customers.models import Contact, Customer, CustomerTag, Tag
from crm_core.exceptions import RecordNotFound, TooManyTags, ValuesRefused, WrongState
from crm_core.permissions import locked, require, require_writable

CUSTOMER_FIELDS = frozenset(
    [
        "kind",
        "name",
        "sex",
        "birth_date",
        "id_no",
        "phone",
        "mobile",
        "email",
        "wechat",
        "area_code",
        "area",
        "address",
        "occupation",
        "industry",
        "education",
        "hobbies",
        "legal_name",
        "credit_code",
        "size",
        "source",
        "source_campaign",
        "referrer",
        "language",
        "note",
        "lifecycle_stage",
        "account_status",
        "is_key_account",
        "value_score",
    ]
)
CONTACT_FIELDS = frozenset(
    [
        "name",
        "salutation",
        "post",
        "department",
        "phone",
        "mobile",
        "email",
        "wechat",
        "role",
        "reports_to",
        "is_main",
        "is_active",
        "note",
    ]
)
TAGS_PER_CUSTOMER: int = getattr(settings, "CRM_TAGS_PER_CUSTOMER", 12)


@transaction.atomic(durable=True)
def create_customer(
    *, actor: User, values: Mapping[str, Any], owner: User | None = None, org_unit: OrgUnit | None = None
) -> Customer:
    """Add a customer, kept by ``owner`` (default: the actor) in ``org_unit`` (default: the owner's unit).

    ``values`` are fields of CUSTOMER_FIELDS. Raises NotPermitted when the actor may not create customers there,
    ValuesRefused with each bad field. Possible duplicates are no refusal: ask `duplicates.possible_duplicates` first.
    """
    keeper = owner or actor
    unit = org_unit or keeper.org_unit
    if unit is None:
        raise ValuesRefused({"org_unit": [_("The owner belongs to no unit.")]})
    customer = Customer(owner=keeper, org_unit=unit)
    require(actor, Action.CREATE, Customer.record_kind, customer)
    require_writable(actor, Customer.record_kind, values, CUSTOMER_FIELDS)
    for name, value in operations.prepared(customer, values).items():
        setattr(customer, name, value)
    operations.add_customers([customer], actor=actor)
    return customer


@transaction.atomic(durable=True)
def update_customer(
    *, actor: User, customer_id: UUID | str, values: Mapping[str, Any], seen_version: int | None = None
) -> Customer:
    """Change fields of a customer.

    Raises RecordNotFound, NotPermitted, RecordHasChanged when ``seen_version`` is not the present one, ValuesRefused.
    """
    customer = locked(Customer, actor, customer_id)
    require(actor, Action.CHANGE, Customer.record_kind, customer)
    require_writable(actor, Customer.record_kind, values, CUSTOMER_FIELDS)
    storing.require_version(customer, seen_version)
    operations.change_customer(customer, values, actor=actor)
    return customer


@transaction.atomic(durable=True)
def transfer_customer(
    *,
    actor: User,
    customer_id: UUID | str,
    owner: User,
    org_unit: OrgUnit | None = None,
    note: str = "",
    seen_version: int | None = None,
) -> Customer:
    """Hand a customer over to another owner, and to that person's unit unless ``org_unit`` is given.

    Needs the right to assign. Raises WrongState when the receiver has left, belongs to no unit, or already owns it.
    """
    customer = locked(Customer, actor, customer_id)
    require(actor, Action.ASSIGN, Customer.record_kind, customer)
    storing.require_version(customer, seen_version)
    unit = org_unit or owner.org_unit
    if not owner.is_active or unit is None:
        raise WrongState(_("The receiver has left or belongs to no unit."))
    if owner == customer.owner and unit == customer.org_unit:
        raise WrongState(_("This person already owns the customer."))
    operations.move_customer(customer, owner, unit, actor=actor, note=note)
    return customer


@transaction.atomic(durable=True)
def tag_customer(*, actor: User, customer_id: UUID | str, tag_codes: Iterable[str]) -> Customer:
    """Make the given tags the customer's tags.

    Raises TooManyTags past the limit in all or per category, RecordNotFound for unknown or retired tags.
    """
    customer = locked(Customer, actor, customer_id)
    require(actor, Action.CHANGE, "customer_tag", customer)
    wanted = set(tag_codes)
    tags = list(Tag.objects.filter(code__in=wanted).select_related("category"))
    present = {link.tag.code: link for link in customer.tag_links.select_related("tag")}
    if len(tags) != len(wanted) or any(not tag.is_active and tag.code not in present for tag in tags):
        raise RecordNotFound
    _refuse_too_many(tags)
    for code, link in present.items():
        if code not in wanted:
            link.delete()
    now = clock.now()
    CustomerTag.objects.bulk_create(
        CustomerTag(customer=customer, tag=tag, assigned_at=now, assigned_by=actor)
        for tag in tags
        if tag.code not in present
    )
    if wanted != set(present):
        operations.refresh_search(customer)
        storing.note_act(customer, actor=actor, act="tagged", tags=[sorted(present), sorted(wanted)])
    return customer


@transaction.atomic(durable=True)
def add_contact(*, actor: User, customer_id: UUID | str, values: Mapping[str, Any]) -> Contact:
    """Add a person at a customer; a new main contact takes the place of the old one. Raises like `create_customer`."""
    customer = locked(Customer, actor, customer_id)
    require(actor, Action.CREATE, Contact.record_kind, customer)
    require_writable(actor, Contact.record_kind, values, CONTACT_FIELDS)
    contact = Contact(customer=customer, **values)
    _give_way(contact, values, actor)
    storing.add(contact, actor=actor)
    operations.refresh_search(customer)
    return contact


@transaction.atomic(durable=True)
def update_contact(
    *, actor: User, contact_id: UUID | str, values: Mapping[str, Any], seen_version: int | None = None
) -> Contact:
    """Change a contact, or retire it with ``is_active`` false. Raises like `update_customer`."""
    customer_id = Contact.objects.filter(pk=contact_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RecordNotFound
    customer = locked(Customer, actor, customer_id)
    contact = locked(Contact, actor, contact_id)
    require(actor, Action.CHANGE, Contact.record_kind, customer)
    require_writable(actor, Contact.record_kind, values, CONTACT_FIELDS)
    storing.require_version(contact, seen_version)
    _give_way(contact, values, actor)
    try:
        storing.change(contact, dict(values), actor=actor)
    except IntegrityError as error:
        raise ValuesRefused({"is_main": [_("This customer already has a main contact.")]}) from error
    operations.refresh_search(customer)
    return contact


def _give_way(contact: Contact, values: Mapping[str, Any], actor: User) -> None:
    if (values.get("is_main") and not contact.is_main) or (contact.is_main and contact._state.adding):
        for other in contact.customer.contacts.filter(is_main=True).exclude(pk=contact.pk):
            storing.change(other, {"is_main": False}, actor=actor)


def _refuse_too_many(tags: list[Tag]) -> None:
    if len(tags) > TAGS_PER_CUSTOMER:
        raise TooManyTags(_("A customer carries at most %(count)s tags.") % {"count": TAGS_PER_CUSTOMER})
    for category in {tag.category for tag in tags}:
        if sum(tag.category_id == category.pk for tag in tags) > category.tags_per_customer:
            raise TooManyTags(
                _("At most %(count)s tags of “%(category)s” fit on a customer.")
                % {"count": category.tags_per_customer, "category": category}
            )
