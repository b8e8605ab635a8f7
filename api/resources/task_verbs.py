"""Acts beside the work on a task over the API: put off, follow, label, plan, delegate."""

from __future__ import annotations

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
from tasks_inbox.commands.delegating import NOTE_LIMIT
from tasks_inbox.commands.planning import HIGHEST, REASON_LIMIT
from tasks_inbox.exceptions import WorkItemUnknown
from tasks_inbox.marks import marks_of
from tasks_inbox.models import WorkItem

PEOPLE = User.objects.filter(is_active=True)


class LabelOnTaskSerializer(serializers.Serializer[Any]):
    """A label you see on a task; the colour is one of "", accent, info, success, warning, danger."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    colour = serializers.CharField(allow_blank=True)


class BesideTaskSerializer(serializers.ModelSerializer[WorkItem]):
    """What stands beside a task: who has it and for whom, when it is due, and what you keep about it yourself."""

    assignee = PersonSerializer(read_only=True, allow_null=True)
    delegated_by = PersonSerializer(read_only=True, allow_null=True)
    put_off_until = serializers.DateTimeField(read_only=True, allow_null=True, source="beside.put_off_until")
    followed = serializers.BooleanField(read_only=True, source="beside.followed")
    labels = LabelOnTaskSerializer(many=True, read_only=True, source="beside.labels")

    class Meta:
        model = WorkItem
        fields = (
            *("id", "version", "status", "assignee", "delegated_by", "priority", "due_at", "clock_stopped_at"),
            *("put_off_until", "followed", "labels"),
        )
        read_only_fields = fields


class SnoozeBody(Body):
    """Until when the task stays out of your lists; still to come, within five years."""

    until = serializers.DateTimeField()


class TaskLabelBody(Body):
    """One of the labels you may use."""

    label = serializers.UUIDField()  # type: ignore[assignment]


class PriorityBody(Body):
    """25 is low, 50 normal, 75 high, 100 urgent."""

    priority = serializers.IntegerField(min_value=0, max_value=HIGHEST)


class DueBody(Body):
    """The new due moment, and why."""

    due_at = serializers.DateTimeField()
    reason = serializers.CharField(max_length=REASON_LIMIT)


class DelegateBody(Body):
    """Who does the work, and what they should do."""

    to = serializers.SlugRelatedField(slug_field="username", queryset=PEOPLE)
    note = serializers.CharField(max_length=NOTE_LIMIT, required=False, allow_blank=True, default="")


class NoteBody(Body):
    """A word about it."""

    note = serializers.CharField(max_length=NOTE_LIMIT, required=False, allow_blank=True, default="")


class TaskVerbs:
    """Mixin of the task resource."""

    @extend_schema(responses=BesideTaskSerializer)
    @action(detail=True, methods=["get"])
    def beside(self, request: Request, pk: str) -> Response:
        """What stands beside a task, and what you keep about it yourself."""
        return self._beside(pk)

    @extend_schema(request=SnoozeBody, responses=BesideTaskSerializer)
    @action(detail=True, methods=["post"])
    def snooze(self, request: Request, pk: str) -> Response:
        """Keep a task out of your own lists until a moment."""
        until = self.received(SnoozeBody)["until"]  # type: ignore[attr-defined]
        commands.snooze_work_item(actor=self._actor, work_item_id=as_uuid(pk), until=until)
        return self._beside(pk)

    @extend_schema(request=None, responses=BesideTaskSerializer)
    @action(detail=True, methods=["post"])
    def unsnooze(self, request: Request, pk: str) -> Response:
        """Put a task back into your lists."""
        commands.unsnooze_work_item(actor=self._actor, work_item_id=as_uuid(pk))
        return self._beside(pk)

    @extend_schema(request=None, responses=BesideTaskSerializer)
    @action(detail=True, methods=["post"])
    def follow(self, request: Request, pk: str) -> Response:
        """Be told of every act on a task."""
        commands.follow_work_item(actor=self._actor, work_item_id=as_uuid(pk))
        return self._beside(pk)

    @extend_schema(request=None, responses=BesideTaskSerializer)
    @action(detail=True, methods=["post"])
    def unfollow(self, request: Request, pk: str) -> Response:
        """Be told of a task no longer."""
        commands.unfollow_work_item(actor=self._actor, work_item_id=as_uuid(pk))
        return self._beside(pk)

    @extend_schema(request=TaskLabelBody, responses=BesideTaskSerializer)
    @action(detail=True, methods=["post"])
    def label(self, request: Request, pk: str) -> Response:
        """Put a label on a task."""
        label = self.received(TaskLabelBody)["label"]  # type: ignore[attr-defined]
        commands.label_work_item(actor=self._actor, work_item_id=as_uuid(pk), label_id=label)
        return self._beside(pk)

    @extend_schema(request=TaskLabelBody, responses=BesideTaskSerializer)
    @action(detail=True, methods=["post"])
    def unlabel(self, request: Request, pk: str) -> Response:
        """Take a label off a task."""
        label = self.received(TaskLabelBody)["label"]  # type: ignore[attr-defined]
        commands.unlabel_work_item(actor=self._actor, work_item_id=as_uuid(pk), label_id=label)
        return self._beside(pk)

    @extend_schema(request=PriorityBody, responses=BesideTaskSerializer)
    @action(detail=True, methods=["post"])
    def priority(self, request: Request, pk: str) -> Response:
        """Say how urgent a task is, as somebody above its holder."""
        priority = self.received(PriorityBody)["priority"]  # type: ignore[attr-defined]
        commands.set_priority(actor=self._actor, work_item_id=as_uuid(pk), priority=priority)
        return self._beside(pk)

    @extend_schema(request=DueBody, responses=BesideTaskSerializer)
    @action(detail=True, methods=["post"])
    def due(self, request: Request, pk: str) -> Response:
        """Change when a task is due, as somebody above its holder."""
        values = self.received(DueBody)  # type: ignore[attr-defined]
        commands.set_due_date(
            actor=self._actor, work_item_id=as_uuid(pk), due_at=values["due_at"], reason=values["reason"]
        )
        return self._beside(pk)

    @extend_schema(request=DelegateBody, responses=BesideTaskSerializer)
    @action(detail=True, methods=["post"])
    def delegate(self, request: Request, pk: str) -> Response:
        """Have somebody else do the work; you complete the task when it is back."""
        values = self.received(DelegateBody)  # type: ignore[attr-defined]
        commands.delegate_work_item(
            actor=self._actor, work_item_id=as_uuid(pk), delegate=values["to"], note=values["note"]
        )
        return self._beside(pk)

    @extend_schema(request=NoteBody, responses=BesideTaskSerializer)
    @action(detail=True, methods=["post"], url_path="hand-back")
    def hand_back(self, request: Request, pk: str) -> Response:
        """Give a delegated task back to its owner, with what you filled in."""
        note = self.received(NoteBody)["note"]  # type: ignore[attr-defined]
        done = commands.hand_back_work_item(actor=self._actor, work_item_id=as_uuid(pk), note=note)
        return self._beside_of(done)

    @extend_schema(request=None, responses=BesideTaskSerializer)
    @action(detail=True, methods=["post"])
    def recall(self, request: Request, pk: str) -> Response:
        """Take a task back that you have delegated."""
        commands.recall_work_item(actor=self._actor, work_item_id=as_uuid(pk))
        return self._beside(pk)

    @property
    def _actor(self) -> User:
        return self.user  # type: ignore[attr-defined,no-any-return]

    def _beside(self, pk: str) -> Response:
        item = queries.visible_item(self._actor, pk)
        if item is None:
            raise WorkItemUnknown
        return self._beside_of(item)

    def _beside_of(self, item: WorkItem) -> Response:
        shown: Any = item
        shown.beside = marks_of(self._actor, item)
        return self.shown(shown, BesideTaskSerializer)  # type: ignore[attr-defined,no-any-return]
