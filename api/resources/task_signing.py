"""Signers of a task over the API: who they are, adding, and taking back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.serializers import Body, PersonSerializer
from api.views import ApiViewSet, as_uuid
from tasks_inbox import commands, queries, signing
from tasks_inbox.exceptions import SignerUnknown, WorkItemUnknown
from tasks_inbox.models import Signer, WorkItem


class SignersBody(Body):
    """Who is asked to sign, and when: before the holder answers, after it, or at the same time."""

    people = serializers.SlugRelatedField(
        slug_field="username",
        queryset=User.objects.filter(is_active=True),
        many=True,
        help_text=_lazy("Usernames, in the order in which they are asked after you."),
    )
    where = serializers.ChoiceField(choices=Signer.Where.choices)
    note = serializers.CharField(max_length=signing.NOTE_LIMIT, required=False, allow_blank=True, default="")


class SignerSerializer(serializers.Serializer[Any]):
    """Somebody who was added to sign, and what became of it."""

    id = serializers.UUIDField(source="signer.pk")
    person = PersonSerializer(source="signer.person")
    where = serializers.ChoiceField(source="signer.where", choices=Signer.Where.choices)
    note = serializers.CharField(source="signer.note")
    advisory = serializers.BooleanField(source="signer.advisory")
    added_by = PersonSerializer(source="signer.added_by")
    added_at = serializers.DateTimeField(source="signer.added_at")
    state = serializers.ChoiceField(choices=["asked", "later", "signed", "closed", "removed"])
    task = serializers.SerializerMethodField()
    outcome = serializers.CharField(allow_blank=True)
    comment = serializers.CharField(allow_blank=True)

    def get_task(self, asked: signing.Asked) -> str | None:
        """The id of the task that is theirs; null until they are asked."""
        return str(asked.item.pk) if asked.item is not None else None


class TaskSigning(ApiViewSet):
    """The acts on signers that the resource of tasks has."""

    @extend_schema(methods=["GET"], responses=SignerSerializer(many=True))
    @extend_schema(methods=["POST"], request=SignersBody, responses={201: SignerSerializer(many=True)})
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def signers(self, request: Request, pk: str) -> Response:
        """Who signs a task besides its holder; POST asks more people."""
        item = self._task(pk)
        if request.method == "POST":
            values = self.received(SignersBody)
            commands.add_signers(
                actor=self.user,
                work_item_id=item.pk,
                people=values["people"],
                where=Signer.Where(values["where"]),
                note=values["note"],
            )
            item = self._task(pk)
        data = SignerSerializer(signing.asked_at(item), many=True).data
        return Response(data, status=201 if request.method == "POST" else 200)

    @extend_schema(
        request=None, responses={204: None}, parameters=[OpenApiParameter("signer", str, OpenApiParameter.PATH)]
    )
    @action(detail=True, methods=["delete"], url_path="signers/(?P<signer>[0-9a-f-]{36})")
    def signer(self, request: Request, pk: str, signer: str) -> Response:
        """Ask somebody no longer, as long as they have not answered."""
        item = self._task(pk)
        activity = signing.activity_of(item)
        if not Signer.objects.filter(pk=as_uuid(signer), activity=activity).exists():
            raise SignerUnknown
        commands.remove_signer(actor=self.user, signer_id=as_uuid(signer))
        return Response(status=204)

    def _task(self, pk: str) -> WorkItem:
        item = queries.visible_item(self.user, pk)
        if item is None:
            raise WorkItemUnknown
        return item
