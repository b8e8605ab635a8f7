"""Service requests: list, one, take in, correct, answer, and what moves a complaint on."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
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
from api.views import ApiViewSet, seen_version
from crm_core.sales.models import Product
from crm_core.service import commands, queries
from crm_core.service.models import RequestChannel, RequestKind, ServiceRequest, Severity
from crm_core.service.models.choices import ComplaintFlag, RequestStatus

PLAIN_CHANGES = tuple(sorted(commands.CHANGE_FIELDS - {"product"}))


class SlaSerializer(serializers.Serializer[Any]):
    """How a request stands to its promise; ``fraction`` 1 is all of the time, ``left`` counts business hours."""

    state = serializers.ChoiceField(choices=[state.value for state in queries.SlaState])
    fraction = serializers.DecimalField(max_digits=12, decimal_places=4)
    left = serializers.DecimalField(max_digits=12, decimal_places=4)
    due = serializers.DateTimeField(allow_null=True)


class ServiceRequestSerializer(MaskedSerializer):
    """Something a customer asks of us."""

    record_kind = ServiceRequest.record_kind

    customer = CustomerBriefSerializer(read_only=True, allow_null=True)
    contact = serializers.UUIDField(source="contact_id", read_only=True, allow_null=True)
    product = serializers.UUIDField(source="product_id", read_only=True, allow_null=True)
    handler = PersonSerializer(read_only=True, allow_null=True)
    owner = PersonSerializer(read_only=True, allow_null=True)
    org_unit = UnitSerializer(read_only=True)
    queue = serializers.CharField(source="queue_id", read_only=True, allow_null=True)
    duplicate_of = serializers.UUIDField(source="duplicate_of_id", read_only=True, allow_null=True)
    converted_from = serializers.UUIDField(source="converted_from_id", read_only=True, allow_null=True)
    flags = serializers.ListField(child=serializers.ChoiceField(choices=ComplaintFlag.choices), read_only=True)
    sla = serializers.SerializerMethodField()

    class Meta:
        model = ServiceRequest
        fields = (
            *("id", "number", "version", "kind", "status", "channel", "customer", "contact", "subject", "description"),
            *("category", "severity", "priority", "product", "contract_no", "demand", "harm", "flags", "queue"),
            *("handler", "owner", "org_unit", "duplicate_of", "converted_from", "first_response_due"),
            *("first_responded_at", "tier", "sla_paused_at", "sla_pause_reason", "resolve_due", "escalation_level"),
            *("root_cause", "findings", "resolution", "compensation_kind", "compensation", "commit_on", "reply"),
            *("replied_at", "customer_satisfied", "satisfaction", "returned_times", "upheld", "resolved_at"),
            *("closed_at", "closing_reason", "sla", "created_at", "updated_at", "masked"),
        )
        read_only_fields = fields

    def get_sla(self, request: ServiceRequest) -> SlaSerializer:
        """How the request stands to its promise."""
        known = self.context.get("slas") or queries.slas_of([request])
        return SlaSerializer(known[request.pk]).data  # type: ignore[return-value]


class ChangedRequest(Strict, serializers.ModelSerializer[ServiceRequest]):
    """What may be corrected about a request."""

    product = serializers.SlugRelatedField(slug_field="number", queryset=Product.objects.none(), required=False)

    class Meta:
        model = ServiceRequest
        fields = (*PLAIN_CHANGES, "product")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        user = getattr(self.context.get("request"), "user", None)
        if isinstance(user, User):
            self.fields["product"].queryset = Product.objects.visible_to(user)  # type: ignore[attr-defined]


class NewRequest(ChangedRequest):
    """What a customer asks; without ``customer`` it comes from somebody unknown."""

    customer = serializers.UUIDField(required=False, allow_null=True)
    contact = serializers.UUIDField(required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=RequestKind.choices)
    channel = serializers.ChoiceField(choices=RequestChannel.choices, required=False)
    severity = serializers.ChoiceField(choices=Severity.choices, required=False)
    flags = serializers.ListField(
        child=serializers.ChoiceField(choices=ComplaintFlag.choices), required=False, max_length=10
    )

    class Meta(ChangedRequest.Meta):
        fields = (
            *("kind", "channel", "customer", "contact", "severity", "harm", "flags"),
            *ChangedRequest.Meta.fields,
        )


class AnswerGiven(Body):
    """The answer a customer gets."""

    answer = serializers.CharField(max_length=10_000)


class CustomerAnswer(Body):
    """What the customer said to the reply; ``score`` from 1 to 5."""

    satisfied = serializers.BooleanField()
    remark = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")
    score = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True, default=None)


class SeverityChange(Body):
    """Another severity, and why."""

    severity = serializers.ChoiceField(choices=Severity.choices)
    reason = serializers.CharField(max_length=2000)


class HandlerChange(Body):
    """Who handles it from now on, and why."""

    handler = serializers.SlugRelatedField(slug_field="username", queryset=User.objects.filter(is_active=True))
    reason = serializers.CharField(max_length=2000)


class ServiceRequestFilters(Filters):
    """What requests are found by."""

    q = django_filters.CharFilter(method="as_is", max_length=200)
    state = django_filters.ChoiceFilter(
        choices=[(name, name) for name in ("breached", "paused", "escalated")], method="as_is"
    )
    number = Exact("number")
    kind = one_of("kind", RequestKind.choices)
    status = one_of("status", RequestStatus.choices)
    severity = one_of("severity", Severity.choices)
    handler = Exact("handler__username")
    queue = Exact("queue_id")
    customer = Exact("customer__number")
    created_since = since("created_at")
    created_before = before("created_at")

    def as_is(self, rows: Any, name: str, value: str) -> Any:
        """The requests' own query looked for this."""
        return rows


class ServiceRequestViewSet(ApiViewSet):
    """Service requests."""

    queryset = ServiceRequest.objects.all()
    serializer_class = ServiceRequestSerializer
    filter_backends = (FilterBackend,)
    filterset_class = ServiceRequestFilters
    orderings = {"newest": ("-created_at", "id"), "oldest": ("created_at", "id")}

    @property
    def masked(self) -> frozenset[str]:
        """Fields of requests the person may not read."""
        return masked_fields(self.user, ServiceRequest.record_kind)

    @extend_schema(responses=ServiceRequestSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The service requests you see."""
        asked = {name: request.query_params.get(name, "")[:200] for name in ("q", "state")}
        rows: QuerySet[ServiceRequest] = queries.request_list(self.user, text=asked["q"], state=asked["state"])
        found = self.filter_queryset(rows)
        return self.listed(found, ServiceRequestSerializer, lambda page: {"slas": queries.slas_of(page)})

    @extend_schema(responses=ServiceRequestSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One service request."""
        return self._shown(queries.service_request(self.user, pk))

    @extend_schema(request=NewRequest, responses={201: ServiceRequestSerializer})
    def create(self, request: Request) -> Response:
        """Take in what a customer asks; a complaint starts its process."""
        values = self.received(NewRequest)
        own = {name: values.pop(name) for name in ("kind", "subject", "channel") if name in values}
        ids = {f"{name}_id": values.pop(name, None) for name in ("customer", "contact")}
        made = commands.create_request(actor=self.user, values=values, **own, **ids)
        address = reverse("api:service-request-detail", args=[made.pk])
        return self.created(made, ServiceRequestSerializer, address)

    @extend_schema(request=ChangedRequest, responses=ServiceRequestSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Correct what was written down; `If-Match` is needed."""
        seen = seen_version(request, queries.service_request(self.user, pk).version)
        values = self.received(ChangedRequest, partial=True)
        return self._shown(commands.change_request(actor=self.user, request_id=pk, values=values, seen_version=seen))

    @extend_schema(request=ReasonSerializer, responses={201: ServiceRequestSerializer})
    @action(detail=True, methods=["post"], url_path="convert-to-complaint")
    def convert_to_complaint(self, request: Request, pk: str) -> Response:
        """Open a complaint from another kind of request; answers with the complaint."""
        made = self._done(commands.convert_to_complaint, pk, ReasonSerializer)
        return self.created(made, ServiceRequestSerializer, reverse("api:service-request-detail", args=[made.pk]))

    @extend_schema(request=AnswerGiven, responses=ServiceRequestSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Answer and close a request that is no complaint."""
        return self._shown(self._done(commands.answer_request, pk, AnswerGiven))

    @extend_schema(request=CustomerAnswer, responses=ServiceRequestSerializer)
    @action(detail=True, methods=["post"], url_path="customer-answer")
    def customer_answer(self, request: Request, pk: str) -> Response:
        """Record what the customer said to the reply."""
        return self._shown(self._done(commands.record_customer_answer, pk, CustomerAnswer))

    @extend_schema(request=NeededReasonSerializer, responses=ServiceRequestSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Record that the customer takes the complaint back."""
        return self._shown(self._done(commands.withdraw_complaint, pk, NeededReasonSerializer))

    @extend_schema(request=NeededReasonSerializer, responses=ServiceRequestSerializer)
    @action(detail=True, methods=["post"], url_path="pause-clock")
    def pause_clock(self, request: Request, pk: str) -> Response:
        """Stop the clock because the customer has to answer something first."""
        return self._shown(self._done(commands.pause_clock, pk, NeededReasonSerializer))

    @extend_schema(request=None, responses=ServiceRequestSerializer)
    @action(detail=True, methods=["post"], url_path="resume-clock")
    def resume_clock(self, request: Request, pk: str) -> Response:
        """Let the clock run on."""
        queries.service_request(self.user, pk)
        return self._shown(commands.resume_clock(actor=self.user, request_id=pk))

    @extend_schema(request=SeverityChange, responses=ServiceRequestSerializer)
    @action(detail=True, methods=["post"], url_path="severity")
    def change_severity(self, request: Request, pk: str) -> Response:
        """Move a request to another severity; its promised times move with it."""
        return self._shown(self._done(commands.change_severity, pk, SeverityChange))

    @extend_schema(request=HandlerChange, responses=ServiceRequestSerializer)
    @action(detail=True, methods=["post"])
    def reassign(self, request: Request, pk: str) -> Response:
        """Give a request to somebody else."""
        return self._shown(self._done(commands.reassign_request, pk, HandlerChange))

    def _done(self, command: Any, pk: str, body: Any) -> ServiceRequest:
        queries.service_request(self.user, pk)
        done: ServiceRequest = command(actor=self.user, request_id=pk, **self.received(body))
        return done

    def _shown(self, row: ServiceRequest) -> Response:
        return self.shown(row, ServiceRequestSerializer)
