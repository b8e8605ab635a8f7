"""Products, orders with their lines, and the consumption view over them."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm_core.records import Record, RecordManager, by_owner

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """The amount rounded half-even to two digits, as money is kept everywhere."""
    return amount.quantize(CENT, ROUND_HALF_EVEN)


class Product(Record):
    """Something we sell. Prices are in the base currency; ``min_price`` is the lowest price without approval."""

    record_kind: ClassVar[str] = "product"
    number_prefix: ClassVar[str] = "P"

    name = models.CharField(_("name"), max_length=200)
    category = models.CharField(_("category"), max_length=80, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    list_price = models.DecimalField(
        _("list price"), max_digits=14, decimal_places=2, default=Decimal("0.00"), validators=[MinValueValidator(0)]
    )
    min_price = models.DecimalField(
        _("lowest price"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    cost = models.DecimalField(
        _("cost"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    is_active = models.BooleanField(_("on sale"), default=True)
    import_key = models.CharField(_("id in the source system"), max_length=80, blank=True, editable=False)

    objects = RecordManager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes = [*by_owner("product"), models.Index(fields=["name", "id"], name="crm_product_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["import_key"], condition=~models.Q(import_key=""), name="crm_product_import_key"
            )
        ]

    def __str__(self) -> str:
        return self.name


class OrderStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_APPROVAL = "in_approval", _("In approval")
    CONFIRMED = "confirmed", _("Confirmed")
    DELIVERING = "delivering", _("Being delivered")
    DELIVERED = "delivered", _("Delivered")
    SETTLED = "settled", _("Settled")
    CANCELLED = "cancelled", _("Cancelled")


class Order(Record):
    """What a customer ordered on a day. ``amount`` is the sum of its lines, net of discount.

    ``payment_due_on`` and ``paid_on`` are null where payments are not known here; such an order is never overdue.
    """

    record_kind: ClassVar[str] = "sales_order"
    number_prefix: ClassVar[str] = "SO"

    customer = models.ForeignKey("crm_core.Customer", models.PROTECT, related_name="orders", verbose_name=_("customer"))
    status = models.CharField(_("status"), max_length=12, choices=OrderStatus, default=OrderStatus.CONFIRMED)
    ordered_on = models.DateField(_("ordered on"))
    required_on = models.DateField(_("required on"), null=True, blank=True)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    payment_due_on = models.DateField(_("payment due"), null=True, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, default=Decimal("0.00"))
    note = models.TextField(_("note"), blank=True)
    import_key = models.CharField(_("id in the source system"), max_length=80, blank=True, editable=False)

    objects = RecordManager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [
            *by_owner("order"),
            models.Index(fields=["customer", "ordered_on"], name="crm_order_customer"),
            models.Index(fields=["org_unit", "status", "-ordered_on"], name="crm_order_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["import_key"], condition=~models.Q(import_key=""), name="crm_order_import_key"
            )
        ]

    def clean(self) -> None:
        """Nothing is required or delivered before it was ordered."""
        for name in ("required_on", "delivered_on"):
            day = getattr(self, name)
            if day and day < self.ordered_on:
                raise ValidationError({name: _("This lies before the day of the order.")})


class OrderLine(models.Model):
    """One product in an order. ``amount`` = quantity x price x (1 - discount), rounded half-even to cents."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="order_lines", verbose_name=_("product"))
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=3, validators=[MinValueValidator(Decimal("0.001"))]
    )
    unit_price = models.DecimalField(
        _("unit price"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )
    discount = models.DecimalField(
        _("discount"),
        max_digits=5,
        decimal_places=4,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="crm_order_line_position")]
        indexes = [models.Index(fields=["product"], name="crm_order_line_product")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.position}"

    @staticmethod
    def net(quantity: Decimal, unit_price: Decimal, discount: Decimal) -> Decimal:
        """The amount of a line."""
        return cents(quantity * unit_price * (1 - discount))


class Consumption(models.Model):
    """What customers bought, one row per line of an order that was not cancelled."""

    line = models.OneToOneField(OrderLine, models.DO_NOTHING, primary_key=True, related_name="+")
    order = models.ForeignKey(Order, models.DO_NOTHING, related_name="+")
    customer = models.ForeignKey("crm_core.Customer", models.DO_NOTHING, related_name="consumption")
    product = models.ForeignKey(Product, models.DO_NOTHING, related_name="+")
    day = models.DateField(_("day"))
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=2, null=True)

    class Meta:
        managed = False
        db_table = "crm_consumption"
        verbose_name = _("consumption")
        verbose_name_plural = _("consumption")

    def __str__(self) -> str:
        return f"{self.customer_id} {self.day} {self.amount}"
