"""What we sell, to be read."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters import Exact, FilterBackend, Filters
from api.masking import masked_fields
from api.serializers import MaskedSerializer
from api.views import ApiViewSet
from crm_core.exceptions import RecordNotFound
from crm_core.sales.models import Product
from crm_core.sales.queries import product_list


class ProductSerializer(MaskedSerializer):
    """Something we sell; prices are in the base currency."""

    record_kind = Product.record_kind

    class Meta:
        model = Product
        fields = (
            *("id", "number", "version", "name", "category", "unit", "list_price", "min_price", "cost"),
            *("is_active", "created_at", "updated_at", "masked"),
        )
        read_only_fields = fields


class ProductFilters(Filters):
    """What products are found by."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", max_length=200)
    number = Exact("number")
    category = Exact("category")
    is_active = django_filters.BooleanFilter(field_name="is_active")


class ProductViewSet(ApiViewSet):
    """Products."""

    queryset = Product.objects.all()
    serializer_class = ProductSerializer
    filter_backends = (FilterBackend,)
    filterset_class = ProductFilters
    orderings = {"name": ("name", "id"), "-name": ("-name", "-id")}

    @property
    def masked(self) -> frozenset[str]:
        """Fields of products the person may not read."""
        return masked_fields(self.user, Product.record_kind)

    @extend_schema(responses=ProductSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The products you see."""
        return self.listed(self.filter_queryset(product_list(self.user)), ProductSerializer)

    @extend_schema(responses=ProductSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One product."""
        found = product_list(self.user).filter(pk=pk).first()
        if found is None:
            raise RecordNotFound
        return self.shown(found, ProductSerializer)
