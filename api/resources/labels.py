"""Labels: one's own and those of one's team."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import OrgUnit
from api.models import TokenScope
from api.serializers import Body, UnitSerializer
from api.views import ApiViewSet, as_uuid
from tasks_inbox import commands, labels
from tasks_inbox.commands.labelling import NAME_LIMIT
from tasks_inbox.models import Label


class LabelSerializer(serializers.ModelSerializer[Label]):
    """A label you may use; ``unit`` is null for your own. Colours: "", accent, info, success, warning, danger."""

    colour = serializers.CharField(read_only=True, allow_blank=True)
    unit = UnitSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Label
        fields = ("id", "name", "colour", "unit")
        read_only_fields = fields


class LabelBody(Body):
    """What a label is called and looks like."""

    name = serializers.CharField(max_length=NAME_LIMIT)
    colour = serializers.CharField(max_length=16, required=False, allow_blank=True, default="")


class NewLabelBody(LabelBody):
    """A label of your own, or with ``unit`` (its code) of a unit whose labels you keep."""

    unit = serializers.SlugRelatedField(
        slug_field="code", queryset=OrgUnit.objects.all(), required=False, allow_null=True, default=None
    )


class LabelViewSet(ApiViewSet):
    """Labels."""

    queryset = Label.objects.all()
    serializer_class = LabelSerializer
    pagination_class: Any = None
    token_scope = TokenScope.TASKS

    @extend_schema(responses=LabelSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The labels you may use, by name."""
        rows = labels.labels_for(self.user).select_related("unit")
        return Response(LabelSerializer(rows, many=True, context=self.get_serializer_context()).data)

    @extend_schema(request=NewLabelBody, responses={201: LabelSerializer})
    def create(self, request: Request) -> Response:
        """Make a label."""
        values = self.received(NewLabelBody)
        made = commands.create_label(actor=self.user, name=values["name"], colour=values["colour"], unit=values["unit"])
        return self.shown(made, LabelSerializer, HTTPStatus.CREATED)

    @extend_schema(request=LabelBody, responses=LabelSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Call a label something else, or give it another colour."""
        values = self.received(LabelBody)
        changed = commands.change_label(
            actor=self.user, label_id=as_uuid(pk), name=values["name"], colour=values["colour"]
        )
        return self.shown(changed, LabelSerializer)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Do away with a label everywhere."""
        commands.delete_label(actor=self.user, label_id=as_uuid(pk))
        return Response(status=HTTPStatus.NO_CONTENT)
