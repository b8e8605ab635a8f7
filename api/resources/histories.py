"""What happened to a process, in the tables or in the archive: events, changes of variables, the process as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.errors import FieldsRefused
from api.masking import record_mask
from api.pagination import bad_cursor, next_address, opened_cursor, page_size, sealed_cursor
from api.serializers import PersonSerializer
from api.views import ApiViewSet
from bpmn.models import ProcessVersion
from workflows import past, permissions, queries, telling
from workflows.exceptions import NotPermitted
from workflows.models import ArchivedInstance, HistoryEvent, ProcessInstance
from workflows.past import VariableChange
from workflows.telling import Part

LARGEST = 2**31 - 1
Found = ProcessInstance | ArchivedInstance


class EventSerializer(serializers.Serializer[Any]):
    """One event; ``data`` is null for who may not see the record, and without what could show masked values."""

    sequence = serializers.IntegerField()
    revision = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = PersonSerializer(source="actor", allow_null=True)
    kind = serializers.ChoiceField(choices=HistoryEvent.Kind.choices)
    element = serializers.CharField()
    step = serializers.CharField()
    version = serializers.SerializerMethodField()
    data = serializers.SerializerMethodField()  # type: ignore[assignment]

    def get_version(self, event: HistoryEvent) -> int | None:
        """The number of the version under which it happened."""
        found: int | None = self.context["versions"].get(event.version_id)
        return found

    def get_data(self, event: HistoryEvent) -> dict[str, Any] | None:
        """What was noted, masked."""
        read: Callable[[Any], dict[str, Any]] | None = self.context["read"]
        return None if read is None else read(event.data)


class VariableChangeSerializer(serializers.Serializer[Any]):
    """One write of a variable: from what to what, by whom, when, at which element; ``scope`` "" is the process."""

    name = serializers.CharField()
    scope = serializers.CharField()
    old = serializers.JSONField(allow_null=True)
    new = serializers.JSONField(allow_null=True)
    is_new = serializers.BooleanField()
    sequence = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = PersonSerializer(source="actor", allow_null=True)
    element = serializers.CharField()


class AsItWasSerializer(serializers.Serializer[Any]):
    """A process after one of its events; not ``faithful``: replaying it gave another way than the recorded one."""

    sequence = serializers.IntegerField()
    revision = serializers.IntegerField()
    at = serializers.DateTimeField()
    version = serializers.IntegerField()
    status = serializers.CharField()
    faithful = serializers.BooleanField()
    waiting_at = serializers.ListField(child=serializers.CharField())
    variables = serializers.DictField(child=serializers.JSONField(), allow_null=True)


_NEWEST = OpenApiParameter("ordering", str, enum=["oldest", "newest"], default="oldest")
_PAGE = [OpenApiParameter("cursor", str, description="Taken from `next`."), OpenApiParameter("page_size", int)]
_KIND = OpenApiParameter("kind", str, enum=[str(kind) for kind in HistoryEvent.Kind.values], many=True)
_NAME = OpenApiParameter("name", str, description="Only this variable.")
_EVENT = OpenApiParameter("event", int, description="After the event with this number.")
_MOMENT = OpenApiParameter("moment", OpenApiTypes.DATETIME, description="At this moment.")


class HistoryActions(ApiViewSet):
    """The part of a process instance that is its past, the same before and after it went to the archive."""

    @extend_schema(responses=EventSerializer(many=True), parameters=[*_PAGE, _NEWEST, _KIND])
    @action(detail=True, methods=["get"], filter_backends=())
    def history(self, request: Request, pk: str) -> Response:
        """All events of an instance, numbered without gaps; to be read on from where a page ended."""
        _only(request, "cursor", "page_size", "ordering", "kind")
        found = past.visible(self.user, pk)
        size, newest = page_size(request), _newest(request)
        part = Part(_kinds(request), _position(request, "history", newest), newest, size + 1)
        events = list(past.story(found.pk, part))
        following = sealed_cursor(["history", newest, events[size - 1].sequence]) if len(events) > size else None
        context = {"versions": _numbers(events), "read": _reader(self.user, found)}
        return self._page(EventSerializer(events[:size], many=True, context=context).data, following)

    @extend_schema(responses=VariableChangeSerializer(many=True), parameters=[*_PAGE, _NAME])
    @action(detail=True, methods=["get"], url_path="variable-history", filter_backends=())
    def variable_history(self, request: Request, pk: str) -> Response:
        """Who wrote which variable when, from what to what, oldest first; for those who may see the record."""
        _only(request, "cursor", "page_size", "name")
        found = past.visible(self.user, pk)
        hidden = hidden_from(self.user, found)
        size, skipped = page_size(request), _position(request, "changes", newest=False) or 0
        changes = past.changes(past.story(found.pk, past.WRITTEN), request.query_params.get("name") or None)
        rows = list(islice(changes, skipped, skipped + size + 1))
        following = sealed_cursor(["changes", False, skipped + size]) if len(rows) > size else None
        shown = [_masked(change, hidden) for change in rows[:size]]
        return self._page(VariableChangeSerializer(shown, many=True).data, following)

    @extend_schema(responses=AsItWasSerializer, parameters=[_EVENT, _MOMENT])
    @action(detail=True, methods=["get"], filter_backends=())
    def then(self, request: Request, pk: str) -> Response:
        """The instance as it was after an event or at a moment; without either, as it is or as it ended."""
        _only(request, "event", "moment")
        found = past.visible(self.user, pk)
        was = past.state_at(found.pk, moment=_moment(request), sequence=_event(request))
        shown = {
            **{name: getattr(was, name) for name in ("sequence", "revision", "at", "status", "faithful")},
            "version": ProcessVersion.objects.values_list("number", flat=True).get(pk=was.version_id),
            "waiting_at": [step.element for step in was.view.steps],
            "variables": self._known(found, was.view.variables),
        }
        return self.shown(shown, AsItWasSerializer)

    def _known(self, found: Found, variables: Any) -> dict[str, Any] | None:
        try:
            return queries.mask(variables, hidden_from(self.user, found))
        except NotPermitted:
            return None

    def _page(self, rows: Any, following: str | None) -> Response:
        return Response({"results": rows, "next": next_address(self.request, following)})


def hidden_from(user: User, found: Found) -> frozenset[str]:
    """What is masked for a person in the variables of an instance. Raises NotPermitted."""
    queries.masked_variables(user, found, {})
    return record_mask(user, found.record_kind)


def _reader(user: User, found: Found) -> Callable[[Any], dict[str, Any]] | None:
    try:
        hidden = hidden_from(user, found)
    except NotPermitted:
        return None
    in_full = permissions.may_operate(user)
    return lambda data: telling.readable(data, hidden, in_full=in_full)


def _masked(change: VariableChange, hidden: frozenset[str]) -> dict[str, Any]:
    shown = {name: getattr(change, name) for name in ("name", "scope", "is_new", "sequence", "at", "actor", "element")}
    old, new = (queries.mask({change.name: value}, hidden)[change.name] for value in (change.old, change.new))
    return {**shown, "old": None if change.is_new else old, "new": new}


def _numbers(events: Iterable[HistoryEvent]) -> dict[UUID, int]:
    versions = {event.version_id for event in events if event.version_id is not None}
    return dict(ProcessVersion.objects.filter(pk__in=versions).values_list("pk", "number"))


def _only(request: Request, *names: str) -> None:
    unknown = set(request.query_params) - set(names)
    if unknown:
        raise FieldsRefused(**{name: _("There is no such filter.") for name in unknown})


def _newest(request: Request) -> bool:
    name = request.query_params.get("ordering") or "oldest"
    if name not in {"oldest", "newest"}:
        raise FieldsRefused(ordering=_("One of: %(names)s.") % {"names": "oldest, newest"})
    return name == "newest"


def _kinds(request: Request) -> frozenset[str]:
    kinds = frozenset(request.query_params.getlist("kind"))
    if not kinds <= set(HistoryEvent.Kind.values):
        names = ", ".join(map(str, HistoryEvent.Kind.values))
        raise FieldsRefused(kind=_("One of: %(names)s.") % {"names": names})
    return kinds


def _position(request: Request, of: str, newest: bool) -> int | None:  # noqa: FBT001 - one of three plain values
    """Where the page before ended. Raises FieldsRefused for a cursor of another list."""
    text = request.query_params.get("cursor")
    if not text:
        return None
    match opened_cursor(text):
        case [str(name), bool(direction), int(place)] if (name, direction) == (of, newest) and 0 <= place <= LARGEST:
            return place
    raise bad_cursor()


def _event(request: Request) -> int | None:
    text = request.query_params.get("event")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise FieldsRefused(event=_("The number of an event."))
    return int(text)


def _moment(request: Request) -> datetime | None:
    text = request.query_params.get("moment")
    if text is None:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise FieldsRefused(moment=_("A moment with its time zone, such as 2026-01-05T09:00:00Z."))
    return found
