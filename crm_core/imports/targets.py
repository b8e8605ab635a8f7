"""What can be imported: the fields of each kind, how checked rows become records, and how those are stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from accounts.models import OrgUnit, Role, User
from crm_core import storing
from crm_core.customers import operations as customers
from crm_core.customers.models import CompanySize, Contact, ContactRole, Customer, CustomerKind, LifecycleStage, Sex
from crm_core.exceptions import ValuesRefused
from crm_core.imports import cells
from crm_core.imports.rows import CheckedRow, Checker, Field, Known
from crm_core.levels.models import CustomerLevel
from crm_core.sales.models import Order, OrderStatus, Product

Pairs = Sequence[tuple[CheckedRow, Any]]


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of import. ``key`` is the field that must be unique, ``model`` where a taken key would be found.

    ``build`` makes an unsaved record of a row, noting what does not fit.
    """

    fields: Mapping[str, Field]
    references: tuple[str, ...]
    key: str
    model: type[Any]
    key_column: str
    build: Callable[[CheckedRow, Checker], Any]


def known_rows(kinds: Sequence[str]) -> Known:
    """Everything that references of these kinds may name, in one query each."""
    return Known({kind: _KNOWN[kind]() for kind in kinds})


def _by(model: type[Model], column: str) -> Callable[[], dict[str, Any]]:
    def rows() -> dict[str, Any]:
        return {getattr(row, column): row for row in model._default_manager.exclude(**{column: ""})}

    return rows


def _customers() -> dict[str, Any]:
    rows = Customer.objects.exclude(import_key="").select_related("owner", "org_unit")
    return {row.import_key: row for row in rows}


_KNOWN: dict[str, Callable[[], dict[str, Any]]] = {
    "customer": _customers,
    "product": _by(Product, "import_key"),
    "employee": lambda: {row.staff_no: row for row in User.objects.exclude(staff_no="").select_related("org_unit")},
    "person": lambda: {row.username: row for row in User.objects.filter(is_active=True).select_related("org_unit")},
    "unit": _by(OrgUnit, "code"),
    "level": _by(CustomerLevel, "code"),
    "role": _by(Role, "code"),
}


def checked(record: Any, row: CheckedRow, checker: Checker) -> Any:
    """The record, after noting what its own checks refuse."""
    try:
        storing.full_check(record)
    except ValuesRefused as refusal:
        for name, reasons in refusal.errors.items():
            checker.note(row, name, " ".join(reasons))
    return record


def _kept_by(row: CheckedRow, checker: Checker) -> dict[str, Any]:
    """Owner and unit of a new record: as given, or the owner's unit."""
    owner = row.values.pop("owner", None) or row.values.pop("employee", None)
    row.values.pop("employee", None)
    unit = row.values.pop("unit", None) or (owner.org_unit if owner is not None else None)
    if unit is None:
        checker.note(row, "unit", "Neither a unit nor an owner with a unit is given.")
    return {"owner": owner, "org_unit": unit}


def _customer(row: CheckedRow, checker: Checker) -> Customer | None:
    kept = _kept_by(row, checker)
    if kept["org_unit"] is None:
        return None
    values = dict(row.values)
    level = values.pop("level", None)
    record = Customer(import_key=values.pop("key"), **kept, **({"level": level} if level else {}))
    for name, value in customers.prepared(record, values).items():
        setattr(record, name, value)
    record.number = "-"  # given when stored
    checked(record, row, checker)
    record.number = ""
    return record


def _contact(row: CheckedRow, checker: Checker) -> Contact:
    values = dict(row.values)
    return checked(Contact(import_key=values.pop("key", ""), **values), row, checker)  # type: ignore[no-any-return]


def _product(row: CheckedRow, checker: Checker) -> Product | None:
    kept = _kept_by(row, checker)
    if kept["org_unit"] is None:
        return None
    values = dict(row.values)
    measure = values.pop("measure", "")
    record = Product(import_key=values.pop("key"), unit=measure, **kept, **values)
    record.number = "-"
    checked(record, row, checker)
    record.number = ""
    return record


def _order(row: CheckedRow, checker: Checker) -> Order | None:
    values = dict(row.values)
    customer = values["customer"]
    owner = values.pop("owner", None) or values.pop("employee", None) or customer.owner
    values.pop("employee", None)
    record = Order(import_key=values.pop("key"), owner=owner, org_unit=customer.org_unit, **values)
    record.number = "-"
    checked(record, row, checker)
    record.number = ""
    return record


def _store_customers(pairs: Pairs, actor: User | None) -> None:
    customers.add_customers([record for _row, record in pairs], actor=actor, act="imported", check=False)


def _store_contacts(pairs: Pairs, actor: User | None) -> None:
    storing.add_all([record for _row, record in pairs], actor=actor, act="imported", check=False)
    for customer in {record.customer for _row, record in pairs}:
        customers.refresh_search(customer)


def _store_products(pairs: Pairs, actor: User | None) -> None:
    storing.add_all([record for _row, record in pairs], actor=actor, act="imported", check=False)


_KEEPERS = {
    "owner": Field(cells.text(60), refers_to="person"),
    "employee": Field(cells.text(30), refers_to="employee"),
    "unit": Field(cells.text(40), refers_to="unit"),
}
_TEXTS = {"phone": 40, "mobile": 40, "email": 254, "wechat": 60}

TARGETS: dict[str, Target] = {
    "customers": Target(
        {
            "key": Field(cells.text(80), required=True),
            "name": Field(cells.text(200), required=True),
            "kind": Field(cells.one_of(CustomerKind.values)),
            "level": Field(cells.text(20), refers_to="level"),
            "sex": Field(cells.one_of(Sex.values)),
            "birth_date": Field(cells.day),
            "size": Field(cells.one_of(CompanySize.values)),
            "lifecycle_stage": Field(cells.one_of(LifecycleStage.values)),
            "is_key_account": Field(cells.truth),
            "id_no": Field(cells.text(30)),
            **{
                name: Field(cells.text(limit))
                for name, limit in {
                    **_TEXTS,
                    "area_code": 20,
                    "area": 120,
                    "address": 300,
                    "occupation": 80,
                    "industry": 80,
                    "education": 80,
                    "hobbies": 300,
                    "legal_name": 200,
                    "credit_code": 18,
                    "source": 80,
                    "language": 10,
                    "note": 10_000,
                }.items()
            },
            **_KEEPERS,
        },
        ("person", "employee", "unit", "level"),
        "key",
        Customer,
        "import_key",
        _customer,
    ),
    "contacts": Target(
        {
            "key": Field(cells.text(80)),
            "customer": Field(cells.text(80), required=True, refers_to="customer"),
            "name": Field(cells.text(120), required=True),
            "role": Field(cells.one_of(ContactRole.values)),
            "is_main": Field(cells.truth),
            **{
                name: Field(cells.text(limit))
                for name, limit in {**_TEXTS, "salutation": 30, "post": 120, "department": 120, "note": 10_000}.items()
            },
        },
        ("customer",),
        "key",
        Contact,
        "import_key",
        _contact,
    ),
    "products": Target(
        {
            "key": Field(cells.text(80), required=True),
            "name": Field(cells.text(200), required=True),
            "category": Field(cells.text(80)),
            "measure": Field(cells.text(40)),
            "list_price": Field(cells.money),
            "min_price": Field(cells.money),
            "cost": Field(cells.money),
            "is_active": Field(cells.truth),
            **_KEEPERS,
        },
        ("person", "employee", "unit"),
        "key",
        Product,
        "import_key",
        _product,
    ),
    "orders": Target(
        {
            "key": Field(cells.text(80), required=True),
            "customer": Field(cells.text(80), required=True, refers_to="customer"),
            "ordered_on": Field(cells.day, required=True),
            "required_on": Field(cells.day),
            "delivered_on": Field(cells.day),
            "payment_due_on": Field(cells.day),
            "paid_on": Field(cells.day),
            "status": Field(cells.one_of(OrderStatus.values)),
            "note": Field(cells.text(10_000)),
            **_KEEPERS,
        },
        ("customer", "person", "employee", "unit"),
        "key",
        Order,
        "import_key",
        _order,
    ),
}

STORES: dict[str, Callable[[Pairs, User | None], None]] = {
    "customers": _store_customers,
    "contacts": _store_contacts,
    "products": _store_products,
}
"""What saves all records of a kind in the caller's transaction; orders are saved with their lines."""
