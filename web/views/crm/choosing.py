"""The customer and the products a form is about: found for their search fields, and refused beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from accounts.models import User
from crm_core.customers import queries
from crm_core.customers.models import Customer
from crm_core.exceptions import RecordNotFound, ValuesRefused
from crm_core.sales.models import Product
from crm_core.sales.queries import product_list


def chosen_customer(user: User, form: forms.Form) -> Customer | None:
    """The customer the form speaks of, for the name in the search field; None for nobody the person may see."""
    return found_customer(user, str(form["customer"].value() or ""))


def found_customer(user: User, customer_id: str) -> Customer | None:
    """The customer with this id; None for nobody the person may see."""
    try:
        return queries.customer(user, customer_id)
    except RecordNotFound:
        return None


def chosen_product(user: User, form: forms.Form) -> Product | None:
    """The product the form speaks of; None for none and for one the person may not see."""
    wanted = str(form["product"].value() or "")
    return products_by_id(user, [wanted]).get(wanted)


def products_by_id(user: User, ids: Iterable[str]) -> dict[str, Product]:
    """The products with these ids that the person may see, by id as text; one query, none for no id."""
    wanted = [text for text in set(ids) if _is_id(text)]
    return {str(row.pk): row for row in product_list(user).filter(pk__in=wanted)} if wanted else {}


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@contextmanager
def beside_customer() -> Iterator[None]:
    """A customer somebody may not see is refused beside the field, as if there were none."""
    try:
        yield
    except RecordNotFound as error:
        raise ValuesRefused({"customer": [_("Choose a customer you may see.")]}) from error
