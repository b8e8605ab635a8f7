"""Level changes: list, one, ask for one, take it back, object, revoke."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters import Exact, FilterBackend, Filters, one_of, since
from api.masking import masked_fields
from api.resources.customers import CustomerBriefSerializer
from api.serializers import Body, MaskedSerializer, NeededReasonSerializer, PersonSerializer, ReasonSerializer
from api.views import ApiViewSet
from crm_core.customers.models import Customer
from crm_core.levels import commands, queries
from crm_core.levels.models import ChangeReason, ChangeSource, ChangeStatus, LevelChange, LevelCode, LevelDecision
from workflows.queries import mask


class DecisionSerializer(serializers.ModelSerializer[LevelDecision]):
    """What one approver decided in one round."""

    person = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = LevelDecision
        fields = ("round", "person", "role", "outcome", "comment", "at")
        read_only_fields = fields


class LevelChangeSerializer(MaskedSerializer):
    """One request to move a customer to another level."""

    record_kind = LevelChange.record_kind

    customer = CustomerBriefSerializer(read_only=True)
    requester = PersonSerializer(read_only=True, allow_null=True)
    owner = PersonSerializer(read_only=True, allow_null=True)
    from_level = serializers.CharField(source="from_level_id", read_only=True)
    to_level = serializers.CharField(source="to_level_id", read_only=True, allow_null=True)
    recommended_level = serializers.CharField(source="recommended_level_id", read_only=True, allow_null=True)
    evidence = serializers.SerializerMethodField()
    decisions = DecisionSerializer(many=True, read_only=True)

    class Meta:
        model = LevelChange
        fields = (
            *("id", "number", "version", "customer", "status", "source", "requester", "owner"),
            *("from_level", "to_level", "recommended_level", "recommendation_rule", "direction", "reason"),
            *("justification", "objection", "effective_on", "valid_until", "as_of", "evidence", "closing_note"),
            *("applied_at", "ended_at", "decisions", "created_at", "updated_at", "masked"),
        )
        read_only_fields = fields

    def get_evidence(self, change: LevelChange) -> dict[str, Any]:
        """The figures the change is judged by, without what you may not know about the customer."""
        return mask(change.evidence, masked_fields(self.context["request"].user, Customer.record_kind))


class LevelRequest(Body):
    """Whose level shall change, and to what."""

    customer = serializers.UUIDField()
    proposed_level = serializers.ChoiceField(choices=LevelCode.choices, required=False, default="")


class Objection(Body):
    """What speaks against a downgrade."""

    objection = serializers.CharField(max_length=5000)


class LevelChangeFilters(Filters):
    """What level changes are found by."""

    number = Exact("number")
    customer = Exact("customer__number")
    status = one_of("status", ChangeStatus.choices)
    source = one_of("source", ChangeSource.choices)
    reason = one_of("reason", ChangeReason.choices)
    to_level = one_of("to_level_id", LevelCode.choices)
    owner = Exact("owner__username")
    created_since = since("created_at")


class LevelChangeViewSet(ApiViewSet):
    """Level changes."""

    queryset = LevelChange.objects.all()
    serializer_class = LevelChangeSerializer
    filter_backends = (FilterBackend,)
    filterset_class = LevelChangeFilters
    orderings = {"newest": ("-created_at", "-number"), "oldest": ("created_at", "number")}

    @property
    def masked(self) -> frozenset[str]:
        """Fields of level changes the person may not read."""
        return masked_fields(self.user, LevelChange.record_kind)

    @extend_schema(responses=LevelChangeSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The level changes you see."""
        return self.listed(self.filter_queryset(queries.level_changes(self.user)), LevelChangeSerializer)

    @extend_schema(responses=LevelChangeSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One level change with what was decided so far."""
        return self.shown(queries.level_change(self.user, pk), LevelChangeSerializer)

    @extend_schema(request=LevelRequest, responses={201: LevelChangeSerializer})
    def create(self, request: Request) -> Response:
        """Ask for another level: starts the process, whose first task goes to you."""
        values = self.received(LevelRequest)
        made = commands.request_level_change(
            actor=self.user, customer_id=values["customer"], proposed_level=values["proposed_level"]
        )
        return self.created(made, LevelChangeSerializer, reverse("api:level-change-detail", args=[made.pk]))

    @extend_schema(request=ReasonSerializer, responses=LevelChangeSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take a request back before it is applied; its process ends soon after."""
        queries.level_change(self.user, pk)
        reason = self.received(ReasonSerializer)["reason"]
        done = commands.withdraw_level_change(actor=self.user, change_id=pk, reason=reason)
        return self.shown(done, LevelChangeSerializer)

    @extend_schema(request=Objection, responses=LevelChangeSerializer)
    @action(detail=True, methods=["post"], url_path="object")
    def object_to(self, request: Request, pk: str) -> Response:
        """Object to a downgrade the review wants."""
        queries.level_change(self.user, pk)
        words = self.received(Objection)["objection"]
        done = commands.object_to_level_change(actor=self.user, change_id=pk, objection=words)
        return self.shown(done, LevelChangeSerializer)

    @extend_schema(request=NeededReasonSerializer, responses=LevelChangeSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """Give the old level back after it was applied."""
        queries.level_change(self.user, pk)
        reason = self.received(NeededReasonSerializer)["reason"]
        done = commands.revoke_level_change(actor=self.user, change_id=pk, reason=reason)
        return self.shown(done, LevelChangeSerializer)
