"""Handing back, or keeping, a task one holds because somebody was away."""

from __future__ import annotations

from collections.abc import Callable

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.serializers import PersonSerializer
from api.views import as_uuid
from tasks_inbox import commands, queries
from tasks_inbox.exceptions import WorkItemUnknown
from tasks_inbox.models import WorkItem


class HolderSerializer(serializers.ModelSerializer[WorkItem]):
    """Who has the task now, and for whom."""

    assignee = PersonSerializer(read_only=True, allow_null=True)
    on_behalf_of = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = WorkItem
        fields = ("id", "version", "status", "assignee", "on_behalf_of")
        read_only_fields = fields


class TaskAbsences:
    """What a substitute does when the absent person is back."""

    user: User
    shown: Callable[..., Response]

    @extend_schema(request=None, responses=HolderSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Give a task held for somebody absent back to them, or take it back as that person."""
        self._known(pk)
        item = commands.restore_work_item(actor=self.user, work_item_id=as_uuid(pk))
        return self.shown(item, HolderSerializer)

    @extend_schema(request=None, responses=HolderSerializer)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, pk: str) -> Response:
        """Keep a task held for somebody absent in your own name."""
        self._known(pk)
        item = commands.keep_work_item(actor=self.user, work_item_id=as_uuid(pk))
        return self.shown(item, HolderSerializer)

    def _known(self, pk: str) -> None:
        if queries.visible_item(self.user, pk) is None:
            raise WorkItemUnknown
