"""Moving running instances to another version: preview, start, progress and undo; for operators and publishers."""

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
from api.serializers import Body, PersonSerializer
from api.views import ApiViewSet, as_uuid
from workflows.migrating import commands, queries
from workflows.migrating.choices import Choice
from workflows.models import MigrationBatch, MigrationResult

MOST_INSTANCES = 10_000


class ChoiceBody(Body):
    """What is chosen for a group: other elements, steps to end, timers to plan again, or to leave it where it is."""

    mapping = serializers.DictField(child=serializers.CharField(max_length=200), required=False)
    end = serializers.ListField(child=serializers.CharField(max_length=200), required=False)
    replan = serializers.ListField(child=serializers.CharField(max_length=200), required=False)
    leave = serializers.BooleanField(required=False, default=False)


class MigrationBody(Body):
    """From which version to which; renamed elements for all, choices by group key."""

    process = serializers.CharField(max_length=200)
    source = serializers.IntegerField(min_value=1)  # type: ignore[assignment]
    target = serializers.IntegerField(min_value=1)
    mapping = serializers.DictField(child=serializers.CharField(max_length=200), required=False)
    choices = serializers.DictField(child=ChoiceBody(), required=False)
    instances = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_INSTANCES)
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class ProblemSerializer(serializers.Serializer[Any]):
    """What stands in the way: an element and why; ``is_choice`` says whether choosing for it solves that."""

    element = serializers.CharField()
    reason = serializers.CharField()
    within = serializers.CharField(allow_null=True)
    is_choice = serializers.BooleanField()


class RemarkSerializer(serializers.Serializer[Any]):
    """What would be otherwise than before."""

    kind = serializers.CharField()
    element = serializers.CharField()
    target = serializers.CharField()


class GroupSerializer(serializers.Serializer[Any]):
    """Instances that wait at the same elements."""

    key = serializers.CharField()
    standing = serializers.ChoiceField(choices=[standing.value for standing in queries.Standing])
    open = serializers.ListField(child=serializers.CharField())
    count = serializers.IntegerField()
    suspended = serializers.IntegerField()
    examples = serializers.ListField(child=serializers.UUIDField())
    problems = ProblemSerializer(many=True)
    remarks = RemarkSerializer(many=True)


class PreviewSerializer(serializers.Serializer[Any]):
    """How the running instances of a version would go over to another one."""

    process = serializers.CharField(source="process_key")
    source = serializers.IntegerField()  # type: ignore[assignment]
    target = serializers.IntegerField()
    total = serializers.IntegerField()
    grouped = GroupSerializer(source="groups", many=True)


class MigrationSerializer(serializers.ModelSerializer[MigrationBatch]):
    """One move of running instances, and how far it is."""

    process = serializers.CharField(source="process_key", read_only=True)
    source = serializers.IntegerField(source="source.number", read_only=True)  # type: ignore[assignment]
    target = serializers.IntegerField(source="target.number", read_only=True)
    mapping = serializers.DictField(child=serializers.CharField(), read_only=True)
    created_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = MigrationBatch
        fields: tuple[str, ...] = (
            *("id", "process", "source", "target", "mapping", "reason", "status", "total"),
            *("created_by", "created_at", "finished_at"),
        )
        read_only_fields = fields


class MigrationDetailSerializer(MigrationSerializer):
    """One move with its counts."""

    pending = serializers.IntegerField(source="progress.pending", read_only=True)
    migrated = serializers.IntegerField(source="progress.migrated", read_only=True)
    left = serializers.IntegerField(source="progress.left", read_only=True)
    failed = serializers.IntegerField(source="progress.failed", read_only=True)
    undone = serializers.IntegerField(source="progress.undone", read_only=True)

    class Meta(MigrationSerializer.Meta):
        fields = (*MigrationSerializer.Meta.fields, "pending", "migrated", "left", "failed", "undone")
        read_only_fields = fields


class StoredProblemSerializer(serializers.Serializer[Any]):
    """Why an instance stayed."""

    element = serializers.CharField()
    reason = serializers.CharField()


class MigrationResultSerializer(serializers.ModelSerializer[MigrationResult]):
    """What became of one instance."""

    instance = serializers.UUIDField(source="instance_id", read_only=True)  # type: ignore[assignment]
    number = serializers.CharField(source="instance.number", read_only=True)
    problems = StoredProblemSerializer(many=True, read_only=True)
    undone_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = MigrationResult
        fields = (
            *("id", "instance", "number", "group", "status", "problems", "message"),
            *("finished_at", "undone_at", "undone_by"),
        )
        read_only_fields = fields


class UndoneSerializer(serializers.Serializer[Any]):
    """How many instances are back where they were, and which cannot be brought back any more."""

    undone = serializers.IntegerField()
    refused = serializers.ListField(child=serializers.UUIDField())


class MigrationFilters(Filters):
    """What moves are found by."""

    process = Exact("process_key")


class MigrationViewSet(ApiViewSet):
    """Moves of running instances to another version."""

    queryset = MigrationBatch.objects.all()
    serializer_class = MigrationSerializer
    filter_backends = (FilterBackend,)
    filterset_class = MigrationFilters
    orderings = {"newest": ("-created_at", "id")}
    masked: frozenset[str] = frozenset()

    @extend_schema(responses=MigrationSerializer(many=True))
    def list(self, request: Request) -> Response:
        """All moves, newest first."""
        return self.listed(self.filter_queryset(queries.migrations(self.user)), MigrationSerializer)

    @extend_schema(responses=MigrationDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One move and how far it is."""
        return self._detail(pk)

    @extend_schema(request=MigrationBody, responses={HTTPStatus.CREATED: MigrationDetailSerializer})
    def create(self, request: Request) -> Response:
        """Begin to move what can be moved as previewed and chosen; jobs carry it out instance by instance."""
        values = self._asked()
        batch = commands.start_migration(actor=self.user, **values)
        address = reverse("api:migration-detail", args=[batch.pk])
        return self.created(_with_progress(batch), MigrationDetailSerializer, address)

    @extend_schema(request=MigrationBody, responses=PreviewSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """How instances would go over: in groups by where they wait, safe, in need of a choice, or impossible."""
        values = self._asked()
        values.pop("reason", None)
        return self.shown(queries.preview_migration(actor=self.user, **values), PreviewSerializer)

    @extend_schema(responses=MigrationResultSerializer(many=True))
    @action(detail=True, methods=["get"])
    def results(self, request: Request, pk: str) -> Response:
        """What became of each instance."""
        rows = queries.results(queries.migration(self.user, as_uuid(pk)))
        self.orderings = {"group": ("group", "id")}
        return self.listed(rows, MigrationResultSerializer)

    @extend_schema(request=None, responses=UndoneSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Bring every instance back that has taken no step since; for 24 hours."""
        batch = queries.migration(self.user, as_uuid(pk))
        outcome = commands.undo_migration(actor=self.user, batch_id=batch.pk)
        refused = [instance for instance, error in outcome.items() if error is not None]
        return self.shown({"undone": len(outcome) - len(refused), "refused": refused}, UndoneSerializer)

    def _asked(self) -> dict[str, Any]:
        values = self.received(MigrationBody)
        choices = {key: Choice.from_json(data) for key, data in values.pop("choices", {}).items()}
        process_key = values.pop("process")
        return {**values, "process_key": process_key, "choices": choices}

    def _detail(self, pk: str) -> Response:
        batch = queries.migration(self.user, as_uuid(pk))
        return self.shown(_with_progress(batch), MigrationDetailSerializer)


def _with_progress(batch: MigrationBatch) -> Any:
    shown: Any = batch
    shown.progress = queries.progress(batch)
    return shown
