"""Work orders: list, one, open one, and the words that move its process on."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters import Exact, FilterBackend, Filters, before, one_of, since
from api.masking import masked_fields
from api.resources.customers import CustomerBriefSerializer
from api.serializers import (
    Body,
    MaskedSerializer,
    NeededReasonSerializer,
    PersonSerializer,
    ReasonSerializer,
    Strict,
    UnitSerializer,
)
from api.views import ApiViewSet
from crm_core.dispatch import commands, queries
from crm_core.service.models import WorkOrder, WorkOrderOrigin
from crm_core.service.models.visits import WorkOrderStatus

WRITTEN = tuple(sorted(commands.CREATE_FIELDS))


class WorkOrderSerializer(MaskedSerializer):
    """One visit to a customer."""

    record_kind = WorkOrder.record_kind

    customer = CustomerBriefSerializer(read_only=True)
    request = serializers.UUIDField(source="request_id", read_only=True, allow_null=True)
    technician = PersonSerializer(read_only=True, allow_null=True)
    owner = PersonSerializer(read_only=True, allow_null=True)
    org_unit = UnitSerializer(read_only=True)

    class Meta:
        model = WorkOrder
        fields = (
            *("id", "number", "version", "customer", "request", "origin", "status", "subject", *WRITTEN),
            *("charge", "estimate", "priority", "crew", "arrival_due", "technician", "arrived_at", "cause", "hours"),
            *("charged", "signed_by", "score", "inspection_passed", "ended_at", "outcome", "owner", "org_unit"),
            *("created_at", "updated_at", "masked"),
        )
        read_only_fields = fields


class NewWorkOrder(Strict, serializers.ModelSerializer[WorkOrder]):
    """A visit that is needed."""

    customer = serializers.UUIDField()
    request = serializers.UUIDField(required=False, allow_null=True)
    origin = serializers.ChoiceField(choices=WorkOrderOrigin.choices, required=False)

    class Meta:
        model = WorkOrder
        fields = ("customer", "subject", "origin", "request", *WRITTEN)


class Window(Body):
    """When the customer wants the visit."""

    window_from = serializers.DateTimeField()
    window_to = serializers.DateTimeField()


class WorkOrderFilters(Filters):
    """What work orders are found by."""

    number = Exact("number")
    status = one_of("status", WorkOrderStatus.choices)
    origin = one_of("origin", WorkOrderOrigin.choices)
    technician = Exact("technician__username")
    customer = Exact("customer__number")
    request = Exact("request__number")
    created_since = since("created_at")
    created_before = before("created_at")


class WorkOrderViewSet(ApiViewSet):
    """Work orders."""

    queryset = WorkOrder.objects.all()
    serializer_class = WorkOrderSerializer
    filter_backends = (FilterBackend,)
    filterset_class = WorkOrderFilters
    orderings = {"newest": ("-created_at", "-number"), "oldest": ("created_at", "number")}

    @property
    def masked(self) -> frozenset[str]:
        """Fields of work orders the person may not read."""
        return masked_fields(self.user, WorkOrder.record_kind)

    @extend_schema(responses=WorkOrderSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The work orders you see."""
        return self.listed(self.filter_queryset(queries.work_orders(self.user)), WorkOrderSerializer)

    @extend_schema(responses=WorkOrderSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One work order."""
        return self.shown(queries.work_order(self.user, pk), WorkOrderSerializer)

    @extend_schema(request=NewWorkOrder, responses={201: WorkOrderSerializer})
    def create(self, request: Request) -> Response:
        """Open a work order and start its process."""
        values = self.received(NewWorkOrder)
        own = {name: values.pop(name) for name in ("subject", "origin") if name in values}
        ids = {f"{name}_id": values.pop(name, None) for name in ("customer", "request")}
        made = commands.create_work_order(actor=self.user, values=values, **own, **ids)
        return self.created(made, WorkOrderSerializer, reverse("api:work-order-detail", args=[made.pk]))

    @extend_schema(request=None, responses=WorkOrderSerializer)
    @action(detail=True, methods=["post"], url_path="accept-quote")
    def accept_quote(self, request: Request, pk: str) -> Response:
        """Record that the customer agrees to pay."""
        return self._done(commands.accept_quote, pk)

    @extend_schema(request=ReasonSerializer, responses=WorkOrderSerializer)
    @action(detail=True, methods=["post"], url_path="refuse-quote")
    def refuse_quote(self, request: Request, pk: str) -> Response:
        """Record that the customer does not want to pay."""
        return self._done(commands.refuse_quote, pk, ReasonSerializer)

    @extend_schema(request=Window, responses=WorkOrderSerializer)
    @action(detail=True, methods=["post"], url_path="change-booking")
    def change_booking(self, request: Request, pk: str) -> Response:
        """Record that the customer wants another window."""
        return self._done(commands.change_booking, pk, Window)

    @extend_schema(request=None, responses=WorkOrderSerializer)
    @action(detail=True, methods=["post"], url_path="parts-arrived")
    def parts_arrived(self, request: Request, pk: str) -> Response:
        """Record that what was ordered is here."""
        return self._done(commands.parts_arrived, pk)

    @extend_schema(request=NeededReasonSerializer, responses=WorkOrderSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel the visit."""
        return self._done(commands.cancel_work_order, pk, NeededReasonSerializer)

    @extend_schema(request=NeededReasonSerializer, responses=WorkOrderSerializer)
    @action(detail=True, methods=["post"], url_path="technician-unavailable")
    def technician_unavailable(self, request: Request, pk: str) -> Response:
        """Record that the technician cannot come after all."""
        return self._done(commands.technician_unavailable, pk, NeededReasonSerializer)

    def _done(self, command: Any, pk: str, body: Any = None) -> Response:
        queries.work_order(self.user, pk)
        values = self.received(body) if body else {}
        return self.shown(command(actor=self.user, order_id=pk, **values), WorkOrderSerializer)
