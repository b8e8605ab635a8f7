"""Bringing others into a task over the API: sent to read, urged, asked for their opinion."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.serializers import Body, PersonSerializer
from api.views import as_uuid
from tasks_inbox import commands, queries
from tasks_inbox.commands.consulting import TEXT_LIMIT
from tasks_inbox.commands.copying import MOST_AT_ONCE, NOTE_LIMIT
from tasks_inbox.commands.urging import TEXT_LIMIT as URGE_LIMIT
from tasks_inbox.exceptions import WorkItemUnknown
from tasks_inbox.models import Consultation, Copy, WorkItem

PEOPLE = User.objects.filter(is_active=True)
MOST_SHOWN = 200


class CopySerializer(serializers.ModelSerializer[Copy]):
    """Who was sent the task to read, by whom, and when they read it."""

    user = PersonSerializer(read_only=True)
    by = PersonSerializer(read_only=True)

    class Meta:
        model = Copy
        fields = ("user", "by", "note", "at", "read_at")
        read_only_fields = fields


class ConsultationSerializer(serializers.ModelSerializer[Consultation]):
    """A question to one person, and what they answered."""

    asked = PersonSerializer(read_only=True)
    by = PersonSerializer(read_only=True)

    class Meta:
        model = Consultation
        fields = ("id", "asked", "by", "question", "answer", "status", "pauses", "at", "ended_at")
        read_only_fields = fields


class CopyBody(Body):
    """Who should read it; everybody must be allowed to see what the task is about."""

    people = serializers.ListField(
        child=serializers.SlugRelatedField(slug_field="username", queryset=PEOPLE),
        min_length=1,
        max_length=MOST_AT_ONCE,
    )
    note = serializers.CharField(max_length=NOTE_LIMIT, required=False, allow_blank=True, default="")


class UrgeBody(Body):
    """A word to whoever has the task."""

    text = serializers.CharField(max_length=URGE_LIMIT, required=False, allow_blank=True, default="")


class ConsultBody(Body):
    """Whom you ask, and what."""

    person = serializers.SlugRelatedField(slug_field="username", queryset=PEOPLE)
    question = serializers.CharField(max_length=TEXT_LIMIT)


class AdviseBody(Body):
    """Your answer to a question."""

    consultation = serializers.UUIDField()
    answer = serializers.CharField(max_length=TEXT_LIMIT)


class UnaskBody(Body):
    """The question that is no longer asked."""

    consultation = serializers.UUIDField()


class TaskInvolving:
    """Mixin of the task resource."""

    @extend_schema(responses=CopySerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None)
    def copies(self, request: Request, pk: str) -> Response:
        """Who was sent the task to read, and who has read it."""
        return self._copies(self._shown_item(pk))

    @extend_schema(request=CopyBody, responses=CopySerializer(many=True))
    @action(detail=True, methods=["post"], pagination_class=None)
    def copy(self, request: Request, pk: str) -> Response:
        """Send a task to people to read."""
        values = self.received(CopyBody)  # type: ignore[attr-defined]
        item = commands.copy_work_item(
            actor=self._asker, work_item_id=as_uuid(pk), people=values["people"], note=values["note"]
        )
        return self._copies(item)

    @extend_schema(request=None, responses=CopySerializer(many=True))
    @action(detail=True, methods=["post"], url_path="read", pagination_class=None)
    def read(self, request: Request, pk: str) -> Response:
        """Say that you have read what was sent to you."""
        commands.mark_copy_read(actor=self._asker, work_item_id=as_uuid(pk))
        return self._copies(self._shown_item(pk))

    @extend_schema(request=UrgeBody, responses={204: None})
    @action(detail=True, methods=["post"])
    def urge(self, request: Request, pk: str) -> Response:
        """Ask whoever has the task to get on with it; once in four hours."""
        commands.urge_work_item(
            actor=self._asker,
            work_item_id=as_uuid(pk),
            text=self.received(UrgeBody)["text"],  # type: ignore[attr-defined]
        )
        return Response(status=HTTPStatus.NO_CONTENT)

    @extend_schema(responses=ConsultationSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None)
    def consultations(self, request: Request, pk: str) -> Response:
        """What was asked about the task and answered."""
        rows = Consultation.objects.filter(item=self._shown_item(pk)).select_related("asked", "by")
        return self._list(ConsultationSerializer, rows.order_by("at", "pk")[:MOST_SHOWN])

    @extend_schema(request=ConsultBody, responses={201: ConsultationSerializer})
    @action(detail=True, methods=["post"])
    def consult(self, request: Request, pk: str) -> Response:
        """Ask somebody's opinion; the task stays yours."""
        values = self.received(ConsultBody)  # type: ignore[attr-defined]
        asked = commands.consult(
            actor=self._asker, work_item_id=as_uuid(pk), person=values["person"], question=values["question"]
        )
        return self.shown(asked, ConsultationSerializer, HTTPStatus.CREATED)  # type: ignore[attr-defined,no-any-return]

    @extend_schema(request=AdviseBody, responses=ConsultationSerializer)
    @action(detail=True, methods=["post"])
    def advise(self, request: Request, pk: str) -> Response:
        """Answer what you were asked."""
        values = self.received(AdviseBody)  # type: ignore[attr-defined]
        self._shown_item(pk)
        done = commands.answer_consultation(
            actor=self._asker, consultation_id=values["consultation"], answer=values["answer"]
        )
        return self.shown(done, ConsultationSerializer)  # type: ignore[attr-defined,no-any-return]

    @extend_schema(request=UnaskBody, responses=ConsultationSerializer)
    @action(detail=True, methods=["post"])
    def unask(self, request: Request, pk: str) -> Response:
        """Withdraw a question."""
        values = self.received(UnaskBody)  # type: ignore[attr-defined]
        self._shown_item(pk)
        done = commands.withdraw_consultation(actor=self._asker, consultation_id=values["consultation"])
        return self.shown(done, ConsultationSerializer)  # type: ignore[attr-defined,no-any-return]

    @property
    def _asker(self) -> User:
        return self.user  # type: ignore[attr-defined,no-any-return]

    def _shown_item(self, pk: str) -> WorkItem:
        item = queries.visible_item(self._asker, pk)
        if item is None:
            raise WorkItemUnknown
        return item

    def _copies(self, item: WorkItem) -> Response:
        rows = Copy.objects.filter(item=item).select_related("user", "by").order_by("at", "pk")
        return self._list(CopySerializer, rows[:MOST_SHOWN])

    def _list(self, serializer: Any, rows: Any) -> Response:
        return Response(serializer(rows, many=True, context=self.get_serializer_context()).data)  # type: ignore[attr-defined]
