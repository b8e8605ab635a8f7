"""How records, people and units look in every answer, with masked fields as null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import OrgUnit, User
from api.masking import masked_fields

NEVER_MASKED = frozenset({"id", "version", "masked"})


class Strict(serializers.BaseSerializer[Any]):
    """Mixin for bodies: names that mean nothing are refused instead of being passed over."""

    def to_internal_value(self, data: Any) -> Any:
        """The checked values. Raises ValidationError also for unknown names."""
        if isinstance(data, Mapping):
            unknown = set(data) - set(self.fields)  # type: ignore[attr-defined]
            if unknown:
                raise serializers.ValidationError({str(name): [_("There is no such field.")] for name in unknown})
        return super().to_internal_value(data)


class Body(Strict, serializers.Serializer[Any]):
    """The body of a request, checked name by name."""


class PersonSerializer(serializers.ModelSerializer[User]):
    """A person, as other people see them."""

    name = serializers.CharField(source="display_name", read_only=True)

    class Meta:
        model = User
        fields: tuple[str, ...] = ("username", "name")
        read_only_fields = fields


class UnitSerializer(serializers.ModelSerializer[OrgUnit]):
    """A unit of the organisation."""

    name = serializers.SerializerMethodField()

    class Meta:
        model = OrgUnit
        fields = ("code", "name")
        read_only_fields = fields

    def get_name(self, unit: OrgUnit) -> str:
        """The name in the reader's language."""
        return str(unit)


class MaskedSerializer(serializers.ModelSerializer[Any]):
    """A record of ``record_kind``: what the reader may not read is null, and named in ``masked``."""

    record_kind: ClassVar[str]

    masked = serializers.SerializerMethodField(help_text="Fields of this record that you may not read.")

    def get_masked(self, record: Any) -> list[str]:
        """The names of the fields that are null because of the reader's rights."""
        return sorted(set(self.fields) & (self._hidden - NEVER_MASKED))

    def get_fields(self) -> Any:
        """The fields, said to be null or empty where they may be: any of them may be masked, any text left out."""
        found = super().get_fields()
        model: Any = self.Meta.model
        for name, field in found.items():
            field.allow_null = field.allow_null or name not in NEVER_MASKED
            if isinstance(field, serializers.ChoiceField):
                field.allow_blank = model._meta.get_field(field.source or name).blank
        return found

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The record without what is masked."""
        data = super().to_representation(instance)
        hidden = self._hidden - NEVER_MASKED
        return {name: None if name in hidden else value for name, value in data.items()}

    @property
    def _hidden(self) -> frozenset[str]:
        context: Any = self.context
        kept: dict[str, frozenset[str]] = context.setdefault("masked_fields", {})
        if self.record_kind not in kept:
            kept[self.record_kind] = masked_fields(self.context["request"].user, self.record_kind)
        return kept[self.record_kind]


class ValuesField(serializers.DictField):
    """A JSON object: its names and values are what a form or a process gives them meaning."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.JSONField(allow_null=True), **options)


class RecordReferenceSerializer(Body):
    """The record something is about, by kind and id."""

    kind = serializers.CharField(max_length=100)
    id = serializers.CharField(max_length=64)


class ReasonSerializer(Body):
    """Why, in a few words."""

    reason = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")


class NeededReasonSerializer(Body):
    """Why; needed."""

    reason = serializers.CharField(max_length=2000)


class NothingSerializer(Body):
    """An empty body."""


class ErrorBodySerializer(serializers.Serializer[Any]):
    """What was refused and why."""

    code = serializers.CharField(help_text="Stable; for programs.")
    message = serializers.CharField(help_text="One sentence in the reader's language; for people.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False, help_text="Reasons by field."
    )
    detail = serializers.JSONField(required=False)


class ErrorSerializer(serializers.Serializer[Any]):
    """Every refusal has this shape."""

    error = ErrorBodySerializer()
