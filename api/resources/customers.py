"""Customers: list, one, add, change, hand over, tag, and the identity number in clear."""

from __future__ import annotations

from typing import Any

import django_filters
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import OrgUnit, User
from api.filters import Exact, FilterBackend, Filters, before, one_of, since
from api.masking import masked_fields
from api.serializers import Body, MaskedSerializer, PersonSerializer, Strict, UnitSerializer
from api.views import ApiViewSet, seen_version
from crm_core.customers import commands, duplicates, queries
from crm_core.customers.models import AccountStatus, Customer, CustomerKind, LifecycleStage
from crm_core.levels.models import LevelCode

WRITTEN = tuple(sorted(commands.CUSTOMER_FIELDS - {"id_no", "referrer"}))


class CustomerBriefSerializer(MaskedSerializer):
    """A customer where something else is about it."""

    record_kind = Customer.record_kind

    class Meta:
        model = Customer
        fields = ("id", "number", "name")
        read_only_fields = fields


class CustomerSerializer(MaskedSerializer):
    """A customer."""

    record_kind = Customer.record_kind

    owner = PersonSerializer(read_only=True)
    org_unit = UnitSerializer(read_only=True)
    level = serializers.CharField(source="level_id", read_only=True)
    referrer = serializers.UUIDField(source="referrer_id", read_only=True, allow_null=True)
    tags: Any = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)

    class Meta:
        model = Customer
        fields = (
            *("id", "number", "version", *WRITTEN, "referrer", "owner", "org_unit", "tags"),
            *("level", "level_since", "level_valid_until", "level_review_on", "sla_factor", "credit_limit"),
            *("benefits", "created_at", "updated_at", "masked"),
        )
        read_only_fields = fields


class CustomerValues(Strict, serializers.ModelSerializer[Customer]):
    """The fields of a customer that people write."""

    id_no = serializers.CharField(max_length=60, required=False, allow_blank=True, help_text="Stored sealed.")
    referrer = serializers.UUIDField(required=False, allow_null=True)

    class Meta:
        model = Customer
        fields = (*WRITTEN, "id_no", "referrer")

    def validate_referrer(self, value: Any) -> Customer | None:
        """A customer the person may see."""
        return queries.customer(self.context["request"].user, value) if value else None


class NewCustomer(CustomerValues):
    """A new customer; without ``owner`` it is kept by whoever adds it."""

    owner = serializers.SlugRelatedField(
        slug_field="username", queryset=User.objects.filter(is_active=True), required=False
    )
    org_unit = serializers.SlugRelatedField(
        slug_field="code", queryset=OrgUnit.objects.filter(is_active=True), required=False
    )

    class Meta(CustomerValues.Meta):
        fields = (*CustomerValues.Meta.fields, "owner", "org_unit")


class Handover(Body):
    """Who keeps the customer from now on."""

    owner = serializers.SlugRelatedField(slug_field="username", queryset=User.objects.filter(is_active=True))
    org_unit = serializers.SlugRelatedField(
        slug_field="code", queryset=OrgUnit.objects.filter(is_active=True), required=False
    )
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class Tags(Body):
    """The tags a customer shall carry, all of them."""

    tags = serializers.ListField(child=serializers.SlugField(max_length=40), max_length=50)


class IdentityNumber(serializers.Serializer[Any]):
    """An identity number in clear."""

    id_no = serializers.CharField()


class DuplicateSerializer(serializers.Serializer[Any]):
    """Another customer that may be the same one; ``name`` is empty where you may not see it."""

    id = serializers.SerializerMethodField()
    number = serializers.CharField()
    name = serializers.CharField()
    owner = serializers.CharField()
    is_visible = serializers.BooleanField()
    rule = serializers.ChoiceField(choices=[rule.value for rule in duplicates.DuplicateRule])
    score = serializers.FloatField()

    def get_id(self, found: duplicates.PossibleDuplicate) -> str | None:
        """The id, for those who may open it."""
        return str(found.id) if found.is_visible else None


class CustomerFilters(Filters):
    """What customers are found by."""

    q = django_filters.CharFilter(method="as_is", max_length=200)
    number = Exact("number")
    kind = one_of("kind", CustomerKind.choices)
    level = one_of("level_id", LevelCode.choices)
    lifecycle_stage = one_of("lifecycle_stage", LifecycleStage.choices)
    account_status = one_of("account_status", AccountStatus.choices)
    owner = Exact("owner__username")
    org_unit = Exact("org_unit__code")
    tag = Exact("tag_links__tag__code")
    changed_since = since("updated_at")
    changed_before = before("updated_at")

    def as_is(self, rows: Any, name: str, value: str) -> Any:
        """The words were looked for by the customers' own query."""
        return rows


class CustomerViewSet(ApiViewSet):
    """Customers."""

    queryset = Customer.objects.all()
    serializer_class = CustomerSerializer
    filter_backends = (FilterBackend,)
    filterset_class = CustomerFilters
    orderings = {
        "changed": ("-updated_at", "id"),
        "newest": ("-created_at", "id"),
        "name": ("name", "id"),
        "-name": ("-name", "-id"),
    }

    @property
    def masked(self) -> frozenset[str]:
        """Fields of customers the person may not read."""
        return masked_fields(self.user, Customer.record_kind)

    @property
    def idempotent(self) -> bool:  # type: ignore[override]
        """An identity number in clear is not kept for repetitions."""
        return self.action != "reveal_id_no"

    @extend_schema(responses=CustomerSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The customers you see."""
        rows = queries.customer_list(self.user, text=request.query_params.get("q", "")[:200])
        return self.listed(self.filter_queryset(rows).prefetch_related("tags"), CustomerSerializer)

    @extend_schema(responses=CustomerSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One customer."""
        return self.shown(queries.customer(self.user, pk), CustomerSerializer)

    @extend_schema(request=NewCustomer, responses={201: CustomerSerializer})
    def create(self, request: Request) -> Response:
        """Add a customer."""
        values = self.received(NewCustomer)
        keeper = {name: values.pop(name) for name in ("owner", "org_unit") if name in values}
        made = commands.create_customer(actor=self.user, values=values, **keeper)
        return self.created(made, CustomerSerializer, reverse("api:customer-detail", args=[made.pk]))

    @extend_schema(request=CustomerValues, responses=CustomerSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a customer; `If-Match` is needed."""
        seen = seen_version(request, queries.customer(self.user, pk).version)
        values = self.received(CustomerValues, partial=True)
        changed = commands.update_customer(actor=self.user, customer_id=pk, values=values, seen_version=seen)
        return self.shown(changed, CustomerSerializer)

    @extend_schema(request=Handover, responses=CustomerSerializer)
    @action(detail=True, methods=["post"])
    def transfer(self, request: Request, pk: str) -> Response:
        """Hand a customer over to another owner."""
        queries.customer(self.user, pk)
        moved = commands.transfer_customer(actor=self.user, customer_id=pk, **self.received(Handover))
        return self.shown(moved, CustomerSerializer)

    @extend_schema(request=Tags, responses=CustomerSerializer)
    @action(detail=True, methods=["post"], url_path="tags")
    def tag(self, request: Request, pk: str) -> Response:
        """Make these tags the customer's tags."""
        queries.customer(self.user, pk)
        tagged = commands.tag_customer(actor=self.user, customer_id=pk, tag_codes=self.received(Tags)["tags"])
        return self.shown(tagged, CustomerSerializer)

    @extend_schema(request=None, responses=IdentityNumber)
    @action(detail=True, methods=["post"], url_path="reveal-id-no")
    def reveal_id_no(self, request: Request, pk: str) -> Response:
        """The identity number in clear; the audit log remembers who asked."""
        return Response({"id_no": queries.reveal_id_no(actor=self.user, customer_id=pk)})

    @extend_schema(
        parameters=[
            OpenApiParameter("name", str),
            OpenApiParameter("phone", str),
            OpenApiParameter("credit_code", str),
        ],
        responses=DuplicateSerializer(many=True),
        filters=False,
    )
    @action(detail=False, methods=["get"], pagination_class=None, filter_backends=[])
    def duplicates(self, request: Request) -> Response:
        """Customers anywhere that may be the one you are about to add; at most ten."""
        name, phone, code = (request.query_params.get(each, "")[:200] for each in ("name", "phone", "credit_code"))
        found = duplicates.possible_duplicates(self.user, name=name, phones=(phone,), credit_code=code)
        return Response(DuplicateSerializer(found, many=True).data)
