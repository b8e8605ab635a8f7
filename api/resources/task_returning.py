"""Sending a task back and taking one's completion back over the API, each with what it would do beforehand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.serializers import Body, PersonSerializer
from api.views import as_uuid
from tasks_inbox import commands, queries, returning
from tasks_inbox.commands.returning import REASON_LIMIT
from tasks_inbox.exceptions import WorkItemUnknown
from tasks_inbox.models import WorkItem
from workflows.returning.queries import Preview, StepBack


class OpenTaskSerializer(serializers.ModelSerializer[WorkItem]):
    """The task that is open now."""

    assignee = PersonSerializer(read_only=True, allow_null=True)
    instance = serializers.UUIDField(source="instance_id", read_only=True)  # type: ignore[assignment]

    class Meta:
        model = WorkItem
        fields = ("id", "version", "name", "element", "instance", "status", "assignee", "outcome")
        read_only_fields = fields


class StepBackSerializer(serializers.Serializer[Any]):
    """An earlier human step on the path; ``blocked`` and ``blocked_straight`` say why it cannot be gone back to."""

    key = serializers.CharField(help_text=_lazy("Send this as the target."))
    instance = serializers.UUIDField(source="instance_id")
    element = serializers.CharField()
    name = serializers.CharField()
    people = serializers.SerializerMethodField()
    completed_at = serializers.DateTimeField(source="at", allow_null=True)
    is_previous = serializers.BooleanField()
    is_starters = serializers.BooleanField()
    blocked = serializers.CharField(allow_null=True)
    blocked_straight = serializers.CharField(allow_null=True)

    def get_people(self, step: StepBack) -> list[str]:
        """Usernames of those who completed it."""
        found = User.objects.filter(pk__in=step.people).values_list("pk", "username")
        names = dict(found)
        return [names[pk] for pk in step.people if pk in names]


class ClosesSerializer(serializers.Serializer[Any]):
    """An open step that would be closed."""

    instance = serializers.UUIDField(source="instance_id")
    element = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()


class MadeSinceSerializer(serializers.Serializer[Any]):
    """What was carried out since and stays carried out."""

    type = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    element = serializers.CharField()
    times = serializers.IntegerField()
    last_at = serializers.DateTimeField()
    is_irreversible = serializers.BooleanField()


class GoingBackSerializer(serializers.Serializer[Any]):
    """What going back would close and what stays made; ``seen`` is the mark of both, to be sent with the act."""

    seen = serializers.CharField(source="digest")
    target = StepBackSerializer()
    straight_back = serializers.BooleanField(source="is_straight")
    closes = ClosesSerializer(many=True)
    made = MadeSinceSerializer(many=True)


class ReturnBody(Body):
    """Where to and why; with ``seen`` the act is refused with 409 where it would do something else by now."""

    target = serializers.CharField(
        max_length=200, help_text=_lazy("The key of a step of the path, `previous` or `starter`.")
    )
    reason = serializers.CharField(max_length=REASON_LIMIT)
    straight_back = serializers.BooleanField(required=False, default=False)
    seen = serializers.CharField(max_length=64, required=False, allow_null=True)


class WithdrawBody(Body):
    """Why, if you like; with ``seen`` the act is refused with 409 where it would do something else by now."""

    reason = serializers.CharField(max_length=REASON_LIMIT, required=False, allow_blank=True, default="")
    seen = serializers.CharField(max_length=64, required=False, allow_null=True)


class ReasonBody(Body):
    """Why."""

    reason = serializers.CharField(max_length=REASON_LIMIT)


class TaskReturning:
    """The acts of going back that the resource of tasks has."""

    user: User
    received: Callable[..., dict[str, Any]]
    shown: Callable[..., Response]

    @extend_schema(responses=StepBackSerializer(many=True))
    @action(detail=True, methods=["get"], url_path="path", pagination_class=None)
    def steps_back(self, request: Request, pk: str) -> Response:
        """The earlier human steps on the task's path, oldest first, as far as the model lets it be sent back."""
        return Response(StepBackSerializer(returning.steps_back(self._of(pk)), many=True).data)

    @extend_schema(
        responses=GoingBackSerializer,
        parameters=[
            OpenApiParameter("target", str, required=True, description="The key of a step, `previous` or `starter`."),
            OpenApiParameter("straight_back", bool),
        ],
    )
    @action(detail=True, methods=["get"], url_path="return/preview", pagination_class=None)
    def return_preview(self, request: Request, pk: str) -> Response:
        """What sending the task back would close, and what was made since and stays."""
        straight = request.query_params.get("straight_back", "").lower() in {"true", "1"}
        preview = returning.preview_return(self._of(pk), request.query_params.get("target", ""), straight=straight)
        return self._previewed(preview)

    @extend_schema(request=ReturnBody, responses=OpenTaskSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, pk: str) -> Response:
        """Send the task back to an earlier step; answers with the task that somebody has there now."""
        self._of(pk)
        values = self.received(ReturnBody)
        back = commands.return_work_item(
            actor=self.user,
            work_item_id=as_uuid(pk),
            target=values["target"],
            reason=values["reason"],
            straight_back=values["straight_back"],
            seen=values.get("seen") or None,
        )
        return self._open_task(back)

    @extend_schema(responses=GoingBackSerializer)
    @action(detail=True, methods=["get"], url_path="withdraw/preview", pagination_class=None)
    def withdraw_preview(self, request: Request, pk: str) -> Response:
        """What taking your completion of the task back would close, and what was made since and stays."""
        return self._previewed(returning.preview_withdrawal(self.user, self._of(pk)))

    @extend_schema(request=WithdrawBody, responses=OpenTaskSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take your completion of the task back while nobody has acted since; answers with the task open again."""
        self._of(pk)
        values = self.received(WithdrawBody)
        back = commands.withdraw_work_item(
            actor=self.user, work_item_id=as_uuid(pk), reason=values["reason"], seen=values.get("seen") or None
        )
        return self._open_task(back)

    @extend_schema(request=ReasonBody, responses=OpenTaskSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """End the whole request at a task whose model says that it may."""
        self._of(pk)
        reason = self.received(ReasonBody)["reason"]
        return self._open_task(commands.reject_work_item(actor=self.user, work_item_id=as_uuid(pk), reason=reason))

    def _open_task(self, item: WorkItem) -> Response:
        return Response(OpenTaskSerializer(item).data)

    def _previewed(self, preview: Preview) -> Response:
        return Response(GoingBackSerializer(preview).data)

    def _of(self, pk: str) -> WorkItem:
        item = queries.visible_item(self.user, pk)
        if item is None:
            raise WorkItemUnknown
        return item
