"""Makes customers known as records that processes can be about."""

from django.utils.translation import gettext_lazy as _

from accounts import scopes
from crm_core import history
from crm_core.customers.models import Customer
from workflows import records

records.register(
    Customer.record_kind,
    model=Customer,
    label=_("Customer"),
    url=lambda customer: f"/customers/{customer.pk}/",
    visible_to=Customer.objects.visible_to,
    number=lambda customer: str(customer.number),
    mask_for=lambda user: scopes.mask_for(user, Customer.record_kind),
    title=lambda customer: str(customer.name),
    begins_at="/customers/",
    revisions=history.revisions(Customer.record_kind),
)
