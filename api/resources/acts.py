"""The bodies and answers of what operators do to processes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.serializers import Body, ValuesField
from workflows.operating import Entry
from workflows.operating.commands import Outcome

MOST = 100


class EntryBody(Body):
    """Where a token starts: before an element, or on the flows after it."""

    element = serializers.CharField(max_length=200)
    after = serializers.BooleanField(required=False, default=False)
    ancestor = serializers.CharField(
        max_length=200,
        required=False,
        allow_null=True,
        allow_blank=True,
        default=None,
        help_text="Step of the scope to start in, where several run; empty for the process, so that all are new.",
    )
    variables = ValuesField(required=False, help_text="The new token's own variables.")


class ModifyBody(Body):
    """Tokens to start, steps to end (by key, or all at an element by its id), variables of the process to write."""

    start = EntryBody(many=True, required=False)
    end = serializers.ListField(child=serializers.CharField(max_length=200), required=False, max_length=MOST)
    variables = ValuesField(required=False)


class ReasonedModifyBody(ModifyBody):
    """The same, and why."""

    reason = serializers.CharField(max_length=2000)


class RestartBody(Body):
    """Where the new instance begins, and with which variables; without any it knows what the ended one knew."""

    at = EntryBody(many=True)
    variables = ValuesField(required=False)
    reason = serializers.CharField(max_length=2000)


class VariablesBody(Body):
    """Variables to write into the scope of an open step, or of the process."""

    variables = ValuesField()
    step = serializers.CharField(max_length=200, required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class ResolveBody(Body):
    """How a failed step is left: completed with variables, or by a BPMN error."""

    variables = ValuesField(required=False)
    error = serializers.CharField(max_length=200, required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=2000)


class RetryCauseBody(Body):
    """Which incidents to retry, and what to write first."""

    cause = serializers.CharField(max_length=32, min_length=32)
    variables = ValuesField(required=False)
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class HoldBody(Body):
    """Which version (all without one), whether its running families too, and why."""

    version = serializers.IntegerField(min_value=1, required=False, allow_null=True, default=None)
    families = serializers.BooleanField(required=False, default=False)
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class HeldSerializer(serializers.Serializer[Any]):
    """How many families follow, in transactions of their own after this one."""

    families = serializers.IntegerField()


class ClosedSerializer(serializers.Serializer[Any]):
    """A step that would close."""

    step = serializers.CharField()
    element = serializers.CharField()


class MadeSerializer(serializers.Serializer[Any]):
    """What was made already and would be made again."""

    element = serializers.CharField()
    type = serializers.CharField()
    times = serializers.IntegerField()
    last_at = serializers.DateTimeField()


class ModificationPreviewSerializer(serializers.Serializer[Any]):
    """What a modification would do."""

    closes = ClosedSerializer(many=True)
    timers = serializers.IntegerField()
    subscriptions = serializers.IntegerField()
    called = serializers.ListField(child=serializers.UUIDField())
    ends_instance = serializers.BooleanField()
    already_made = MadeSerializer(many=True)


class RetriedSerializer(serializers.Serializer[Any]):
    """What became of an incident; ``message`` is the new reason where it failed again."""

    incident = serializers.UUIDField(source="incident_id")
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    message = serializers.CharField(allow_blank=True)
    stopped_at = serializers.SerializerMethodField()

    def get_stopped_at(self, retried: Any) -> list[str]:
        """Where the process stopped again further on."""
        return [incident.element for incident in retried.next]


class CauseSerializer(serializers.Serializer[Any]):
    """Open incidents with one cause."""

    cause = serializers.CharField()
    process = serializers.CharField(source="process_key")
    version = serializers.IntegerField()
    element = serializers.CharField()
    kind = serializers.CharField()
    message = serializers.CharField()
    incidents = serializers.IntegerField()
    oldest = serializers.DateTimeField()


def entries(given: list[dict[str, Any]] | None) -> tuple[Entry, ...]:
    """The entries of a checked body."""
    return tuple(
        Entry(row["element"], row["after"], row["ancestor"], row.get("variables") or {}) for row in given or ()
    )
