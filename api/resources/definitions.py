"""Deployed processes: list, versions, diagram, start, and deploying by upload."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.errors import FieldsRefused, Refused
from api.parsing import JSONParser, UploadParser
from api.resources import acts
from api.resources.instances import InstanceSerializer
from api.serializers import Body, PersonSerializer, RecordReferenceSerializer, ValuesField
from api.views import ApiViewSet
from bpmn import queries as deployed
from bpmn.exceptions import ProcessNotDeployed
from bpmn.models import ProcessDefinition, ProcessVersion
from workflows import commands, deploying, permissions, records
from workflows import queries as processes
from workflows.operating.definitions import resume_definition, suspend_definition

MAX_FILES = 200
CODE = "[^/]+"


class VersionSerializer(serializers.ModelSerializer[ProcessVersion]):
    """One immutable version of a process."""

    deployed_at = serializers.DateTimeField(source="deployment.at", read_only=True)
    deployed_by = PersonSerializer(source="deployment.by", read_only=True, allow_null=True)
    note = serializers.CharField(source="deployment.note", read_only=True)

    class Meta:
        model = ProcessVersion
        fields = ("id", "number", "name", "status", "digest", "diagram", "deployed_at", "deployed_by", "note")
        read_only_fields = fields


class DefinitionSerializer(serializers.ModelSerializer[ProcessDefinition]):
    """A process by its key; ``startable_by`` are role codes, empty for everybody."""

    live_version = serializers.SerializerMethodField()
    startable_by = serializers.ListField(child=serializers.CharField(), read_only=True)
    may_start = serializers.SerializerMethodField(help_text="Whether you may start it.")

    class Meta:
        model = ProcessDefinition
        fields = (
            "key",
            "name",
            "category",
            "area",
            "record_kind",
            "startable_by",
            "may_start",
            "live_version",
            "suspended_at",
        )
        read_only_fields = fields

    def get_live_version(self, definition: ProcessDefinition) -> int | None:
        """The number of the live version; null when it was withdrawn."""
        live = [row.number for row in definition.versions.all() if row.status == ProcessVersion.Status.LIVE]
        return live[0] if live else None

    def get_may_start(self, definition: ProcessDefinition) -> bool:
        """Whether the reader may start it by hand."""
        return permissions.may_start(self.context["request"].user, definition)


class DiagramSerializer(serializers.Serializer[Any]):
    """The files of a version that are text: the diagram's XML first."""

    name = serializers.CharField()
    content = serializers.CharField()


class StartBody(Body):
    """How a process starts: variables, the record it is about, a start event or message, a business key."""

    variables = ValuesField(required=False)
    record = RecordReferenceSerializer(required=False, allow_null=True)
    event = serializers.CharField(max_length=200, required=False, allow_null=True)
    number = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class DeployBody(serializers.Serializer[Any]):
    """The files of the set, each under its name, folders included where there are several processes."""

    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), max_length=MAX_FILES)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class FindingSerializer(serializers.Serializer[Any]):
    """Something the deploy check found."""

    file = serializers.CharField()
    severity = serializers.ChoiceField(choices=["error", "warning", "notice"])
    code = serializers.CharField()
    element = serializers.CharField(allow_null=True)
    line = serializers.IntegerField()
    message = serializers.CharField()


class DeployedVersionSerializer(serializers.Serializer[Any]):
    """A process and its version."""

    key = serializers.CharField(source="definition.key")
    number = serializers.IntegerField()


class DeployedSerializer(serializers.Serializer[Any]):
    """What a deploy came to: new versions, those that were the same already, and findings that do not refuse it."""

    versions = DeployedVersionSerializer(many=True)
    unchanged = DeployedVersionSerializer(many=True)
    findings = FindingSerializer(many=True)


class DefinitionViewSet(ApiViewSet):
    """Deployed processes."""

    queryset = ProcessDefinition.objects.all()
    serializer_class = DefinitionSerializer
    lookup_field = "key"
    lookup_value_regex = CODE
    orderings = {"key": ("key",)}
    masked: frozenset[str] = frozenset()

    def _rows(self) -> QuerySet[ProcessDefinition]:
        live = ProcessVersion.objects.filter(status=ProcessVersion.Status.LIVE)
        return ProcessDefinition.objects.prefetch_related(Prefetch("versions", live))

    def _definition(self, key: str) -> ProcessDefinition:
        found = self._rows().filter(key=key).first()
        if found is None:
            raise ProcessNotDeployed(key)
        return found

    @extend_schema(responses=DefinitionSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The deployed processes."""
        return self.listed(self._rows(), DefinitionSerializer)

    @extend_schema(responses=DefinitionSerializer)
    def retrieve(self, request: Request, key: str) -> Response:
        """One process."""
        return self.shown(self._definition(key), DefinitionSerializer)

    @extend_schema(responses=VersionSerializer(many=True))
    @action(detail=True, methods=["get"])
    def versions(self, request: Request, key: str) -> Response:
        """The versions of a process, newest first."""
        rows = ProcessVersion.objects.filter(definition=self._definition(key)).select_related("deployment__by")
        self.orderings = {"newest": ("-number",)}
        return self.listed(rows, VersionSerializer)

    @extend_schema(responses=DiagramSerializer(many=True))
    @action(detail=True, methods=["get"], url_path=r"versions/(?P<number>[0-9]{1,9})/files", pagination_class=None)
    def files(self, request: Request, key: str, number: str) -> Response:
        """The files of a version as text: diagram, decisions, forms, texts."""
        found = ProcessVersion.objects.filter(definition=self._definition(key), number=int(number)).first()
        if found is None:
            raise ProcessNotDeployed(key)
        contents = sorted(deployed.version_files(found.pk).items(), key=lambda entry: entry[0] != found.diagram)
        rows = [{"name": name, "content": content.decode(errors="replace")} for name, content in contents]
        return Response(DiagramSerializer(rows, many=True).data)

    @extend_schema(request=StartBody, responses={201: InstanceSerializer})
    @action(detail=True, methods=["post"])
    def start(self, request: Request, key: str) -> Response:
        """Start the live version of a process."""
        self._definition(key)
        values = self.received(StartBody)
        started = commands.start_process(
            actor=self.user,
            process_key=key,
            variables=values.get("variables"),
            event=values.get("event") or None,
            record=_record(self.user, values.get("record")),
            number=values["number"],
        )
        shown = processes.instances().select_related("version", "started_by").get(pk=started.pk)
        return self.created(shown, InstanceSerializer, reverse("api:instance-detail", args=[shown.pk]))

    @extend_schema(request=acts.HoldBody, responses=acts.HeldSerializer)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Request, key: str) -> Response:
        """Let nothing start a process, or one version; starts that arrive wait. For operators."""
        self._definition(key)
        number = suspend_definition(actor=self.user, process_key=key, **self.received(acts.HoldBody))
        return self.shown({"families": number}, acts.HeldSerializer)

    @extend_schema(request=acts.HoldBody, responses=acts.HeldSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, key: str) -> Response:
        """Let a process start again; what waited is taken up. For operators."""
        self._definition(key)
        number = resume_definition(actor=self.user, process_key=key, **self.received(acts.HoldBody))
        return self.shown({"families": number}, acts.HeldSerializer)

    @extend_schema(request={"multipart/form-data": DeployBody}, responses={200: DeployedSerializer})
    @action(detail=False, methods=["post"], parser_classes=[UploadParser, JSONParser])
    def deploy(self, request: Request) -> Response:
        """Check a set of files and make it live as a whole; for publishers."""
        values = self.received(DeployBody)
        files = {upload.name: upload.read() for upload in values["files"]}
        if len(files) != len(values["files"]):
            raise FieldsRefused(files=_("Two files have the same name."))
        result = deploying.deploy(actor=self.user, files=files, note=values["note"])
        language = get_language() or "en"
        findings = [deploying.finding_data(finding, language) for finding in result.findings]
        if result.is_refused:
            raise Refused(
                HTTPStatus.BAD_REQUEST,
                "deployment-refused",
                _("The files were not put into use; the list says why."),
                detail={"findings": findings},
            )
        stored = {"versions": result.stored.versions, "unchanged": result.stored.unchanged, "findings": findings}
        return Response(DeployedSerializer(stored).data)


def _record(user: User, reference: dict[str, str] | None) -> Model | None:
    """The record a process shall be about, if the person may see it."""
    if not reference:
        return None
    kind = records.kind(reference["kind"])
    try:
        found: Model | None = kind.visible_to(user).filter(pk=reference["id"]).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise FieldsRefused(record=_("There is no such record, or you may not see it."))
    return found
