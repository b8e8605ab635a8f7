"""What approvers keep for themselves over the API: which state of a record they have read, and their phrases."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.models import TokenScope
from api.serializers import Body
from api.views import ApiViewSet, as_uuid
from tasks_inbox import commands, phrases
from tasks_inbox.commands.approving import MOST_STATES
from tasks_inbox.models import QuickPhrases, SeenRecord


class SeenBody(Body):
    """The state of the record you have before your eyes: the revision of a plan, the ``version`` of another record."""

    number = serializers.IntegerField(min_value=0, max_value=MOST_STATES)


class SeenSerializer(serializers.ModelSerializer[SeenRecord]):
    """The state you saw last, and the one before it: what differs between them is new to you."""

    class Meta:
        model = SeenRecord
        fields = ("number", "earlier", "at")
        read_only_fields = fields


class TaskApproving:
    """What the resource of tasks has for approvers."""

    user: User
    received: Callable[..., dict[str, Any]]
    shown: Callable[..., Response]

    @extend_schema(request=SeenBody, responses={200: SeenSerializer, 204: None})
    @action(detail=True, methods=["post"])
    def seen(self, request: Request, pk: str) -> Response:
        """Note that you have read what is asked, in this state; nobody is told. 204 for a task about no record."""
        number = self.received(SeenBody)["number"]
        noted = commands.note_seen(actor=self.user, work_item_id=as_uuid(pk), number=number)
        return Response(status=HTTPStatus.NO_CONTENT) if noted is None else self.shown(noted, SeenSerializer)


class PhrasesBody(Body):
    """All your phrases in their order, in place of those before; none brings back the usual ones."""

    phrases = serializers.ListField(
        child=serializers.CharField(max_length=phrases.LONGEST), max_length=phrases.MOST, allow_empty=True
    )


class PhrasesSerializer(serializers.Serializer[Any]):
    """What you decide with at a press: your own phrases, or the usual ones in your language."""

    phrases = serializers.ListField(child=serializers.CharField())


class PhrasesViewSet(ApiViewSet):
    """Your quick phrases."""

    queryset = QuickPhrases.objects.none()
    serializer_class = PhrasesSerializer
    pagination_class: Any = None
    token_scope = TokenScope.TASKS

    @extend_schema(responses=PhrasesSerializer)
    def mine(self, request: Request) -> Response:
        """Your phrases."""
        return self.shown({"phrases": phrases.phrases_of(self.user)}, PhrasesSerializer)

    @extend_schema(request=PhrasesBody, responses=PhrasesSerializer)
    def keep(self, request: Request) -> Response:
        """Keep these phrases; empty and repeated ones are left out."""
        lines = self.received(PhrasesBody)["phrases"]
        return self.shown({"phrases": commands.keep_phrases(actor=self.user, lines=lines)}, PhrasesSerializer)
