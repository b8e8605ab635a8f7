"""Makes orders and products known as records that processes can be about."""

from django.utils.translation import gettext_lazy as _

from accounts import scopes
from crm_core.sales.models import Order, Product
from workflows import records

records.register(
    Order.record_kind,
    model=Order,
    label=_("Order"),
    url=lambda order: f"/customers/{order.customer_id}/",
    visible_to=Order.objects.visible_to,
    number=lambda order: str(order.number),
    mask_for=lambda user: scopes.mask_for(user, Order.record_kind),
    worth="amount",
)
records.register(
    Product.record_kind,
    model=Product,
    label=_("Product"),
    url=lambda product: "/products/",
    visible_to=Product.objects.visible_to,
    number=lambda product: str(product.number),
    mask_for=lambda user: scopes.mask_for(user, Product.record_kind),
)
