"""The customer a form is about: found for its search field, and refused beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.utils.translation import gettext as _

from accounts.models import User
from crm_core.customers import queries
from crm_core.customers.models import Customer
from crm_core.exceptions import RecordNotFound, ValuesRefused


def chosen_customer(user: User, form: forms.Form) -> Customer | None:
    """The customer the form speaks of, for the name in the search field; None for nobody the person may see."""
    return found_customer(user, str(form["customer"].value() or ""))


def found_customer(user: User, customer_id: str) -> Customer | None:
    """The customer with this id; None for nobody the person may see."""
    try:
        return queries.customer(user, customer_id)
    except RecordNotFound:
        return None


@contextmanager
def beside_customer() -> Iterator[None]:
    """A customer somebody may not see is refused beside the field, as if there were none."""
    try:
        yield
    except RecordNotFound as error:
        raise ValuesRefused({"customer": [_("Choose a customer you may see.")]}) from error
