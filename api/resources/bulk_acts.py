"""Acts on many processes: start one, see how far it is, and what became of each; for operators."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters import Exact, FilterBackend, Filters
from api.serializers import Body, PersonSerializer, ValuesField
from api.views import ApiViewSet, as_uuid
from workflows.models import BulkAct, BulkItem
from workflows.operating import bulk_queries
from workflows.operating.bulk import start_bulk_act

MOST = 10_000


class BulkActBody(Body):
    """What to do, and to which: incidents to retry by cause or by id, instances for all other kinds."""

    kind = serializers.ChoiceField(choices=BulkAct.Kind.choices)
    cause = serializers.CharField(max_length=32, min_length=32, required=False)
    incidents = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST)
    instances = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST)
    variables = ValuesField(required=False, help_text="Written before each retry.")
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class BulkActSerializer(serializers.ModelSerializer[BulkAct]):
    """One act on many processes."""

    process = serializers.CharField(source="process_key", read_only=True)
    created_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = BulkAct
        fields: tuple[str, ...] = (
            *("id", "kind", "process", "cause", "reason", "status", "total"),
            *("created_by", "created_at", "finished_at"),
        )
        read_only_fields = fields


class BulkActDetailSerializer(BulkActSerializer):
    """One act with how many items have come to what."""

    counts = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    class Meta(BulkActSerializer.Meta):
        fields = (*BulkActSerializer.Meta.fields, "counts")
        read_only_fields = fields


class BulkItemSerializer(serializers.ModelSerializer[BulkItem]):
    """What became of one; ``message`` is the new reason where it failed again, a code where it was refused."""

    instance = serializers.UUIDField(source="instance_id", read_only=True)  # type: ignore[assignment]
    number = serializers.CharField(source="instance.number", read_only=True)
    incident = serializers.UUIDField(source="incident_id", read_only=True, allow_null=True)
    stopped_at = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = BulkItem
        fields = ("id", "instance", "number", "incident", "status", "message", "stopped_at", "finished_at")
        read_only_fields = fields


class BulkActFilters(Filters):
    """What acts are found by."""

    kind = Exact("kind")
    process = Exact("process_key")
    cause = Exact("cause")


class BulkActViewSet(ApiViewSet):
    """Acts on many processes."""

    queryset = BulkAct.objects.all()
    serializer_class = BulkActSerializer
    filter_backends = (FilterBackend,)
    filterset_class = BulkActFilters
    orderings = {"newest": ("-created_at", "id")}
    masked: frozenset[str] = frozenset()

    @extend_schema(responses=BulkActSerializer(many=True))
    def list(self, request: Request) -> Response:
        """All acts, newest first."""
        return self.listed(self.filter_queryset(bulk_queries.bulk_acts(self.user)), BulkActSerializer)

    @extend_schema(responses=BulkActDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One act and how far it is."""
        batch = bulk_queries.bulk_act(self.user, as_uuid(pk))
        return self.shown(with_counts(batch), BulkActDetailSerializer)

    @extend_schema(request=BulkActBody, responses={HTTPStatus.CREATED: BulkActDetailSerializer})
    def create(self, request: Request) -> Response:
        """Have something done to many processes; jobs carry it out, each in a transaction of its own."""
        values = self.received(BulkActBody)
        batch = start_bulk_act(actor=self.user, kind=BulkAct.Kind(values.pop("kind")), **values)
        return self.created(with_counts(batch), BulkActDetailSerializer, address_of(batch))

    @extend_schema(responses=BulkItemSerializer(many=True))
    @action(detail=True, methods=["get"])
    def items(self, request: Request, pk: str) -> Response:
        """What became of each."""
        rows = bulk_queries.items(bulk_queries.bulk_act(self.user, as_uuid(pk)))
        self.orderings = {"outcome": ("status", "id")}
        return self.listed(rows, BulkItemSerializer)


def address_of(batch: BulkAct) -> str:
    """Where the act is read."""
    return reverse("api:bulk-act-detail", args=[batch.pk])


def with_counts(batch: BulkAct) -> Any:
    """The act as its detail is shown."""
    shown: Any = batch
    shown.counts = bulk_queries.counts(batch)
    return shown
