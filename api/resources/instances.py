"""Running and ended processes: list, one with its path and variables, and what operators do to them."""

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

from api.filters import Exact, FilterBackend, Filters, before, one_of, since
from api.masking import record_mask
from api.resources import acts
from api.resources.histories import HistoryActions
from api.serializers import PersonSerializer, ReasonSerializer
from api.views import as_uuid
from tasks_inbox import commands as inbox
from workflows import commands, past, permissions, queries
from workflows.archiving import reading
from workflows.exceptions import NotPermitted
from workflows.models import ArchivedInstance, Incident, ProcessInstance
from workflows.operating import commands as operating
from workflows.operating.queries import preview_modification

Status = ProcessInstance.Status


class IncidentSerializer(serializers.ModelSerializer[Incident]):
    """A step that could not be carried out; ``detail`` is for operators."""

    instance = serializers.UUIDField(source="instance_id", read_only=True)  # type: ignore[assignment]
    process = serializers.CharField(source="instance.process_key", read_only=True)
    detail = serializers.SerializerMethodField()

    class Meta:
        model = Incident
        fields = (
            *("id", "instance", "process", "element", "kind", "message", "detail", "failures", "retries_left"),
            *("next_retry_at", "opened_at", "closed_at", "resolution"),
        )
        read_only_fields = fields

    def get_detail(self, incident: Incident) -> str | None:
        """What a developer needs, for operators only."""
        return incident.detail if permissions.may_operate(self.context["request"].user) else None


class InstanceSerializer(serializers.ModelSerializer[ProcessInstance]):
    """One run of one version of a process."""

    process = serializers.CharField(source="process_key", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    started_by = PersonSerializer(read_only=True, allow_null=True)
    root = serializers.UUIDField(source="root_id", read_only=True)  # type: ignore[assignment]
    parent = serializers.UUIDField(  # type: ignore[assignment]
        source="parent_id", read_only=True, allow_null=True
    )
    ends = serializers.ListField(child=serializers.CharField(), read_only=True)
    has_incident = serializers.BooleanField(read_only=True)

    class Meta:
        model = ProcessInstance
        fields: tuple[str, ...] = (
            *("id", "process", "version", "number", "record_kind", "record_id", "status", "has_incident", "started_by"),
            *("started_at", "moved_at", "ended_at", "ends", "outcome", "root", "parent"),
        )
        read_only_fields = fields


class PassageSerializer(serializers.Serializer[Any]):
    """What happened at one element of the diagram."""

    element = serializers.CharField()
    mark = serializers.ChoiceField(choices=[mark.value for mark in queries.Mark])
    entered = serializers.IntegerField()
    completed = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    entered_at = serializers.DateTimeField(allow_null=True)
    left_at = serializers.DateTimeField(allow_null=True)
    by = PersonSerializer(allow_null=True)


class PathSerializer(serializers.Serializer[Any]):
    """The way of an instance through its diagram."""

    elements = PassageSerializer(many=True)
    flows = serializers.ListField(child=serializers.CharField())


class InstanceDetailSerializer(InstanceSerializer):
    """One instance with where it stands, how it came there, and what it knows.

    ``variables`` is null for who started it but may not see its record; masked values are shown as "•••".
    ``is_archived``: it has left the tables and is read from the archive; nothing can be done to it any more.
    """

    is_archived = serializers.BooleanField(read_only=True)

    waiting_at = serializers.ListField(child=serializers.CharField(), read_only=True)
    waits_for_messages = serializers.ListField(child=serializers.CharField(), read_only=True)
    next_timer = serializers.DateTimeField(read_only=True, allow_null=True)
    path = PathSerializer(read_only=True)
    variables = serializers.DictField(child=serializers.JSONField(), read_only=True, allow_null=True)
    incidents = IncidentSerializer(source="open_incidents", many=True, read_only=True)
    may_cancel = serializers.BooleanField(read_only=True)
    may_operate = serializers.BooleanField(read_only=True)

    class Meta(InstanceSerializer.Meta):
        fields = (
            *InstanceSerializer.Meta.fields,
            *("is_archived", "waiting_at", "waits_for_messages", "next_timer", "path", "variables", "incidents"),
            *("may_cancel", "may_operate"),
        )
        read_only_fields = fields


class InstanceFilters(Filters):
    """What instances are found by."""

    process = Exact("process_key")
    status = one_of("status", Status.choices)
    live = django_filters.BooleanFilter(method="that_live")
    has_incident = django_filters.BooleanFilter(field_name="has_incident")
    number = Exact("number")
    record_kind = Exact("record_kind")
    record_id = Exact("record_id")
    started_by = Exact("started_by__username")
    started_since = since("started_at")
    started_before = before("started_at")

    def that_live(self, rows: QuerySet[ProcessInstance], name: str, value: bool) -> QuerySet[ProcessInstance]:
        """Those that have not ended, or those that have."""
        live = {"status__in": ProcessInstance.LIVE}
        return rows.filter(**live) if value else rows.exclude(**live)


class ArchivedSerializer(serializers.ModelSerializer[ArchivedInstance]):
    """An ended run that has gone to the archive; its page, its history and its past are read from there."""

    process = serializers.CharField(source="process_key", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    started_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = ArchivedInstance
        fields = (
            *("id", "process", "version", "number", "record_kind", "record_id", "status", "outcome", "started_by"),
            *("started_at", "ended_at", "root"),
        )
        read_only_fields = fields


class ArchivedFilters(Filters):
    """What archived instances are found by."""

    process = Exact("process_key")
    number = Exact("number")
    record_kind = Exact("record_kind")
    record_id = Exact("record_id")
    started_since = since("started_at")
    started_before = before("started_at")


class InstanceViewSet(HistoryActions):
    """Process instances."""

    queryset = ProcessInstance.objects.all()
    serializer_class = InstanceSerializer
    filter_backends = (FilterBackend,)
    filterset_class = InstanceFilters
    orderings = {"newest": ("-started_at", "id"), "oldest": ("started_at", "id")}
    masked: frozenset[str] = frozenset()

    @extend_schema(responses=InstanceSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The instances you may see: those you started and those about records you see; operators see all."""
        rows = queries.visible_instances(self.user).select_related("version", "started_by")
        return self.listed(self.filter_queryset(rows), InstanceSerializer)

    @extend_schema(responses=ArchivedSerializer(many=True))
    @action(detail=False, methods=["get"], filterset_class=ArchivedFilters)
    def archived(self, request: Request) -> Response:
        """The archived instances you may see, by the same rule as the others."""
        rows = queries.visible_archived(self.user).select_related("version", "started_by")
        return self.listed(self.filter_queryset(rows), ArchivedSerializer)

    @extend_schema(responses=InstanceDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One instance with its path, its visible variables and its incidents, also from the archive."""
        return self._detail(pk)

    @extend_schema(request=ReasonSerializer, responses=InstanceDetailSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """End an instance now; for operators and whoever started it."""
        found = queries.visible_instance(self.user, pk)
        reason = self.received(ReasonSerializer)["reason"]
        commands.cancel_process(actor=self.user, instance_id=found.pk, reason=reason)
        return self._detail(pk)

    @extend_schema(request=ReasonSerializer, responses=InstanceDetailSerializer)
    @action(detail=True, methods=["post"])
    def recall(self, request: Request, pk: str) -> Response:
        """Take your own request back: as its model provides for a withdrawal, else it ends now."""
        found = queries.visible_instance(self.user, pk)
        reason = self.received(ReasonSerializer)["reason"]
        inbox.recall_request(actor=self.user, instance_id=found.pk, reason=reason)
        return self._detail(pk)

    @extend_schema(request=ReasonSerializer, responses=InstanceDetailSerializer)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Request, pk: str) -> Response:
        """Hold an instance with its whole family; for operators."""
        found = queries.visible_instance(self.user, pk)
        reason = self.received(ReasonSerializer)["reason"]
        commands.suspend_process(actor=self.user, instance_id=found.pk, reason=reason)
        return self._detail(pk)

    @extend_schema(request=ReasonSerializer, responses=InstanceDetailSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Let a suspended family go on; for operators."""
        found = queries.visible_instance(self.user, pk)
        reason = self.received(ReasonSerializer)["reason"]
        commands.resume_process(actor=self.user, instance_id=found.pk, reason=reason)
        return self._detail(pk)

    @extend_schema(request=acts.VariablesBody, responses=InstanceDetailSerializer)
    @action(detail=True, methods=["post"])
    def variables(self, request: Request, pk: str) -> Response:
        """Write variables; for operators."""
        found = queries.visible_instance(self.user, pk)
        commands.change_variables(actor=self.user, instance_id=found.pk, **self.received(acts.VariablesBody))
        return self._detail(pk)

    @extend_schema(request=acts.ReasonedModifyBody, responses=InstanceDetailSerializer)
    @action(detail=True, methods=["post"])
    def modify(self, request: Request, pk: str) -> Response:
        """Start tokens before or after elements and end steps, in one act; for operators."""
        found = queries.visible_instance(self.user, pk)
        values = self.received(acts.ReasonedModifyBody)
        operating.modify_process(
            actor=self.user, instance_id=found.pk, reason=values["reason"], **_modification(values)
        )
        return self._detail(pk)

    @extend_schema(request=acts.ModifyBody, responses=acts.ModificationPreviewSerializer)
    @action(detail=True, methods=["post"], url_path="modify/preview")
    def modify_preview(self, request: Request, pk: str) -> Response:
        """What a modification would close, and what was made already and would be made again; for operators."""
        found = queries.visible_instance(self.user, pk)
        values = self.received(acts.ModifyBody)
        preview = preview_modification(self.user, found.pk, **_modification(values))
        return self.shown(preview, acts.ModificationPreviewSerializer)

    @extend_schema(request=acts.RestartBody, responses={201: InstanceSerializer})
    @action(detail=True, methods=["post"])
    def restart(self, request: Request, pk: str) -> Response:
        """Begin a new instance of an ended one in its midst; for operators."""
        found = queries.visible_instance(self.user, pk)
        values = self.received(acts.RestartBody)
        again = operating.restart_process(
            actor=self.user,
            instance_id=found.pk,
            at=acts.entries(values["at"]),
            variables=values.get("variables"),
            reason=values["reason"],
        )
        shown = queries.instances().select_related("version", "started_by").get(pk=again.pk)
        return self.created(shown, InstanceSerializer, reverse("api:instance-detail", args=[shown.pk]))

    @extend_schema(responses=IncidentSerializer(many=True))
    @action(detail=True, methods=["get"])
    def incidents(self, request: Request, pk: str) -> Response:
        """All incidents of an instance, newest first, closed ones included."""
        found = past.visible(self.user, pk)
        if isinstance(found, ArchivedInstance):
            kept = IncidentSerializer(reading.incidents(pk), many=True, context=self.get_serializer_context())
            return Response({"results": kept.data, "next": None})
        rows = Incident.objects.filter(instance=found).select_related("instance").defer("instance__state")
        self.orderings = {"newest": ("-opened_at", "id")}
        return self.listed(rows, IncidentSerializer)

    def _detail(self, pk: str) -> Response:
        seen = past.visible(self.user, as_uuid(pk))
        found, way = past.at_its_end(seen), past.path(seen)
        glance = queries.at_a_glance(found)
        shown: Any = found
        shown.is_archived = isinstance(seen, ArchivedInstance)
        shown.has_incident = bool(glance.incidents)
        shown.waiting_at, shown.next_timer = glance.waiting_at, glance.next_timer
        shown.waits_for_messages, shown.open_incidents = glance.messages, glance.incidents
        shown.path = {"elements": list(way.passages.values()), "flows": sorted(way.flows)}
        shown.variables = self._variables(found)
        shown.may_cancel = found.is_live and permissions.may_cancel(self.user, found)
        shown.may_operate = permissions.may_operate(self.user)
        return self.shown(shown, InstanceDetailSerializer)

    def _variables(self, found: ProcessInstance) -> dict[str, Any] | None:
        try:
            variables = queries.visible_variables(self.user, found)
        except NotPermitted:
            return None
        return queries.mask(variables, record_mask(self.user, found.record_kind))


def _modification(values: dict[str, Any]) -> dict[str, Any]:
    start = acts.entries(values.get("start"))
    return {"start": start, "end": values.get("end") or (), "variables": values.get("variables")}
