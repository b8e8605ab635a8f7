"""Orders with their lines, to be read."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters import Exact, FilterBackend, Filters, one_of
from api.masking import masked_fields
from api.resources.customers import CustomerBriefSerializer
from api.serializers import MaskedSerializer, PersonSerializer
from api.views import ApiViewSet
from crm_core.exceptions import RecordNotFound
from crm_core.sales.models import Order, OrderLine, OrderStatus

CONSUMPTION = "consumption"


class OrderLineSerializer(MaskedSerializer):
    """One product in an order."""

    record_kind = CONSUMPTION

    product = serializers.CharField(source="product.number", read_only=True)
    product_name = serializers.CharField(source="product.name", read_only=True)

    class Meta:
        model = OrderLine
        fields = (
            "position",
            "product",
            "product_name",
            "quantity",
            "unit_price",
            "discount",
            "amount",
            "cost",
            "masked",
        )
        read_only_fields = fields


class OrderSerializer(MaskedSerializer):
    """What a customer ordered on a day."""

    record_kind = Order.record_kind

    customer = CustomerBriefSerializer(read_only=True)
    owner = PersonSerializer(read_only=True, allow_null=True)
    lines = OrderLineSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = (
            *("id", "number", "version", "customer", "owner", "status", "ordered_on", "required_on", "delivered_on"),
            *("payment_due_on", "paid_on", "amount", "note", "lines", "created_at", "updated_at", "masked"),
        )
        read_only_fields = fields


class OrderFilters(Filters):
    """What orders are found by."""

    number = Exact("number")
    customer = Exact("customer__number")
    status = one_of("status", OrderStatus.choices)
    owner = Exact("owner__username")
    ordered_since = django_filters.DateFilter(field_name="ordered_on", lookup_expr="gte")
    ordered_before = django_filters.DateFilter(field_name="ordered_on", lookup_expr="lt")


class OrderViewSet(ApiViewSet):
    """Orders."""

    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    filter_backends = (FilterBackend,)
    filterset_class = OrderFilters
    orderings = {"newest": ("-created_at", "id"), "ordered": ("-ordered_on", "-number")}

    @property
    def masked(self) -> frozenset[str]:
        """Fields of orders the person may not read."""
        return masked_fields(self.user, Order.record_kind)

    def _rows(self) -> Any:
        lines = OrderLine.objects.select_related("product").order_by("position")
        rows = Order.objects.visible_to(self.user).select_related("customer", "owner")
        return rows.prefetch_related(Prefetch("lines", lines))

    @extend_schema(responses=OrderSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The orders you see."""
        return self.listed(self.filter_queryset(self._rows()), OrderSerializer)

    @extend_schema(responses=OrderSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One order."""
        found = self._rows().filter(pk=pk).first()
        if found is None:
            raise RecordNotFound
        return self.shown(found, OrderSerializer)
