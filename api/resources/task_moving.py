"""Moving the tasks of a team between its people over the API, and taking a move back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.resources.task_returning import OpenTaskSerializer
from api.serializers import Body
from api.views import as_uuid
from tasks_inbox import commands, queries
from tasks_inbox.exceptions import WorkItemUnknown


class MoveBody(Body):
    """Who gets the task, and why.

    ``batch`` is an id of your choice: what you moved under it you may take back. With ``seen`` (the ``version`` of the
    task as you read it) the move is refused with 409 ``moved-meanwhile`` where the task changed since.
    """

    to = serializers.SlugRelatedField(slug_field="username", queryset=User.objects.filter(is_active=True))
    batch = serializers.UUIDField()
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    seen = serializers.IntegerField(min_value=0, required=False, allow_null=True, default=None)


class MoveBackBody(Body):
    """The batch under which you moved the task."""

    batch = serializers.UUIDField()


class TaskMoving:
    """What those do with tasks who lead their holders or hand out the tasks of a unit."""

    user: User
    received: Callable[..., dict[str, Any]]
    shown: Callable[..., Response]

    @extend_schema(request=MoveBody, responses=OpenTaskSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Give a task of your team to somebody else."""
        self._of_team(pk)
        values = self.received(MoveBody)
        moved = commands.move_work_item(
            actor=self.user,
            work_item_id=as_uuid(pk),
            recipient=values["to"],
            batch=values["batch"],
            reason=values["reason"],
            seen_version=values["seen"],
        )
        return self.shown(moved, OpenTaskSerializer)

    @extend_schema(request=MoveBackBody, responses=OpenTaskSerializer)
    @action(detail=True, methods=["post"], url_path="move-back")
    def move_back(self, request: Request, pk: str) -> Response:
        """Give a task you moved back to whom it was taken from, as long as nothing happened to it since."""
        self._of_team(pk)
        batch = self.received(MoveBackBody)["batch"]
        back = commands.undo_move(actor=self.user, work_item_id=as_uuid(pk), batch=batch)
        return self.shown(back, OpenTaskSerializer)

    def _of_team(self, pk: str) -> None:
        if queries.visible_item(self.user, pk) is None:
            raise WorkItemUnknown
