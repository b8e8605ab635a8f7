"""Rehearsals: replay the last real instances of a process through a draft, and read what came of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters import Exact, FilterBackend, Filters
from api.serializers import Body
from api.views import ApiViewSet, as_uuid
from workflows.models import Rehearsal
from workflows.rehearsing import Rehearsed, Stall, commands
from workflows.rehearsing.queries import MOST

MOST_FILES, MOST_CHARACTERS = 100, 5_000_000


class RehearsalBody(Body):
    """Which process, the draft's files by name, and how many of the last instances."""

    process = serializers.CharField(max_length=200)
    files = serializers.DictField(child=serializers.CharField(trim_whitespace=False), allow_empty=False)
    last = serializers.IntegerField(min_value=1, max_value=MOST, required=False, default=100)

    def validate_files(self, files: dict[str, str]) -> dict[str, str]:
        """A draft is a few texts, not a library."""
        if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_CHARACTERS:
            raise serializers.ValidationError(_("These are too many files, or they are too large."))
        return files


class RehearsedSerializer(serializers.Serializer[Any]):
    """How one instance fared; times in seconds."""

    instance = serializers.UUIDField()
    number = serializers.CharField()
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Rehearsed])
    element = serializers.CharField()
    expected = serializers.CharField()
    stall = serializers.ChoiceField(choices=[stall.value for stall in Stall], allow_null=True)
    text = serializers.CharField()
    took = serializers.FloatField()
    would_take = serializers.FloatField()


class ElementTimesSerializer(serializers.Serializer[Any]):
    """Mean time at an element then and in the draft, in seconds, and how often it was completed."""

    element = serializers.CharField()
    count = serializers.IntegerField()
    seconds = serializers.FloatField(allow_null=True)
    draft_count = serializers.IntegerField()
    draft_seconds = serializers.FloatField(allow_null=True)


class ReportSerializer(serializers.Serializer[Any]):
    """What a rehearsal says; ``hidden`` counts instances the reader may not see."""

    process = serializers.CharField()
    replayed = serializers.IntegerField()
    hidden = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    mean_took = serializers.FloatField()
    mean_would_take = serializers.FloatField()
    seconds = serializers.FloatField()
    instances = RehearsedSerializer(many=True)
    elements = ElementTimesSerializer(many=True)


class RehearsalSerializer(serializers.ModelSerializer[Rehearsal]):
    """One rehearsal; ``message`` says why it was refused."""

    process = serializers.CharField(source="process_key", read_only=True)

    class Meta:
        model = Rehearsal
        fields: tuple[str, ...] = ("id", "process", "last", "status", "message", "created_at", "finished_at")
        read_only_fields = fields


class RehearsalDetailSerializer(RehearsalSerializer):
    """One rehearsal with its report, which is null until it is finished."""

    report = ReportSerializer(allow_null=True, read_only=True)

    class Meta(RehearsalSerializer.Meta):
        fields = (*RehearsalSerializer.Meta.fields, "report")
        read_only_fields = fields


class RehearsalFilters(Filters):
    """What rehearsals are found by."""

    process = Exact("process_key")


class RehearsalViewSet(ApiViewSet):
    """Rehearsals you asked for; for designers, publishers and operators."""

    queryset = Rehearsal.objects.all()
    serializer_class = RehearsalSerializer
    filter_backends = (FilterBackend,)
    filterset_class = RehearsalFilters
    orderings = {"newest": ("-created_at", "id")}
    masked: frozenset[str] = frozenset()

    @extend_schema(responses=RehearsalSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Your rehearsals of the last week, newest first."""
        rows = commands.rehearsals(self.user).defer("files", "report")
        return self.listed(self.filter_queryset(rows), RehearsalSerializer)

    @extend_schema(responses=RehearsalDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One of them and what came of it."""
        return self.shown(commands.rehearsal(self.user, as_uuid(pk)), RehearsalDetailSerializer)

    @extend_schema(request=RehearsalBody, responses={HTTPStatus.CREATED: RehearsalDetailSerializer})
    def create(self, request: Request) -> Response:
        """Have a draft replayed with the last instances of its process; a job does it, nothing else is written."""
        values = self.received(RehearsalBody)
        asked = commands.start_rehearsal(actor=self.user, process_key=values.pop("process"), **values)
        return self.created(asked, RehearsalDetailSerializer, reverse("api:rehearsal-detail", args=[asked.pk]))
