"""Tasks: the lists of the inbox, one task with its form, and everything people do with it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.errors import FieldsRefused
from api.masking import record_mask
from api.models import TokenScope
from api.pagination import bad_cursor, next_address, opened_cursor, sealed_cursor
from api.resources.task_absences import TaskAbsences
from api.resources.task_approving import TaskApproving
from api.resources.task_changed import changed_meanwhile
from api.resources.task_involving import TaskInvolving
from api.resources.task_moving import TaskMoving
from api.resources.task_returning import TaskReturning
from api.resources.task_signing import TaskSigning
from api.resources.task_verbs import TaskVerbs
from api.serializers import Body, PersonSerializer, UnitSerializer, ValuesField
from api.views import ApiViewSet, as_uuid
from bpmn import forms
from tasks_inbox import commands, operations, queries
from tasks_inbox.exceptions import FormChanged, WorkItemUnknown
from tasks_inbox.models import Comment, Draft, WorkItem
from tasks_inbox.standing import standing_of
from workflows import queries as processes
from workflows import records

DEEPEST = 2000
FILTERS = {"process": "process_key", "record_kind": "record_kind", "record_id": "record_id", "number": "record_number"}


class TaskSerializer(serializers.ModelSerializer[WorkItem]):
    """A task as lists show it."""

    process = serializers.CharField(source="process_key", read_only=True)
    number = serializers.CharField(source="record_number", read_only=True)
    org_unit = UnitSerializer(read_only=True, allow_null=True)
    assignee = PersonSerializer(read_only=True, allow_null=True)
    on_behalf_of = PersonSerializer(
        read_only=True, allow_null=True, help_text=_lazy("The absent person the assignee stands in for.")
    )
    instance = serializers.UUIDField(source="instance_id", read_only=True)  # type: ignore[assignment]

    class Meta:
        model = WorkItem
        fields: tuple[str, ...] = (
            *("id", "version", "name", "element", "process", "instance", "number", "record_kind", "record_id"),
            *("org_unit", "status", "assignee", "on_behalf_of", "priority", "created_at", "claimed_at"),
            *("due_at", "follow_up_at", "ended_at", "outcome"),
        )
        read_only_fields = fields


class CommentSerializer(serializers.ModelSerializer[Comment]):
    """Something said about a task."""

    author = PersonSerializer(read_only=True)

    class Meta:
        model = Comment
        fields = ("id", "author", "text", "at")
        read_only_fields = fields


class StandingSerializer(serializers.Serializer[Any]):
    """What you may do with the task now."""

    may_claim = serializers.BooleanField()
    may_release = serializers.BooleanField()
    may_complete = serializers.BooleanField()
    may_transfer = serializers.BooleanField()


class TaskFormSerializer(serializers.Serializer[Any]):
    """The form of a task: its form-js schema, what it shows, what you typed so far, and the mark of what it shows.

    Send ``seen`` back when completing: when the form or the record says something else by then, that is refused with
    409 ``task-form-changed``, and ``detail.changes`` lists what is different: ``in`` (form, record or process),
    ``field``, ``label``, ``old``, ``new``, and ``hidden`` for what you may not see. Read the task again, then decide.
    """

    id = serializers.CharField()
    schema = serializers.JSONField(allow_null=True)
    prefill = serializers.DictField(child=serializers.JSONField())
    draft = serializers.DictField(child=serializers.JSONField(), allow_null=True)
    seen = serializers.CharField()


class TaskDetailSerializer(TaskSerializer):
    """One task with its form, the variables you may see, its comments, and what you may do."""

    form = TaskFormSerializer(read_only=True, source="shown_form")
    variables = serializers.DictField(child=serializers.JSONField(), read_only=True)
    answers = serializers.DictField(child=serializers.JSONField(), read_only=True)
    comments = CommentSerializer(many=True, read_only=True, source="shown_comments")
    standing = StandingSerializer(read_only=True)

    class Meta(TaskSerializer.Meta):
        fields = (
            *TaskSerializer.Meta.fields,
            *("form", "variables", "answers", "comments", "standing"),
        )
        read_only_fields = fields


class AnswersBody(Body):
    """The answers to a form by field key; ``seen`` is the mark of what the form showed."""

    answers = ValuesField(required=False)
    seen = serializers.CharField(max_length=64, required=False, allow_null=True)


class DraftBody(Body):
    """What somebody typed so far."""

    answers = ValuesField()


class DraftSerializer(serializers.ModelSerializer[Draft]):
    """A kept draft."""

    answers = serializers.DictField(child=serializers.JSONField(), read_only=True)

    class Meta:
        model = Draft
        fields = ("answers", "saved_at")
        read_only_fields = fields


class TransferBody(Body):
    """Who gets the task, and why; ``although_away`` lets it wait for somebody absent, past their substitute."""

    to = serializers.SlugRelatedField(slug_field="username", queryset=User.objects.filter(is_active=True))
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    although_away = serializers.BooleanField(required=False, default=False)


class CommentBody(Body):
    """Plain text."""

    text = serializers.CharField(max_length=commands.COMMENT_LIMIT)


class TaskPagination(BasePagination):
    """The inbox's own pages of fifty, in the same envelope as every list."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """How a page looks, for the OpenAPI schema."""
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": {"type": "array", "items": schema.get("items", schema)},
                "next": {"type": "string", "format": "uri", "nullable": True},
            },
        }


class TaskViewSet(
    TaskSigning, TaskReturning, TaskVerbs, TaskInvolving, TaskMoving, TaskApproving, TaskAbsences, ApiViewSet
):
    """Tasks."""

    queryset = WorkItem.objects.all()
    serializer_class = TaskSerializer
    pagination_class: Any = TaskPagination
    token_scope = TokenScope.TASKS

    @extend_schema(
        responses=TaskSerializer(many=True),
        parameters=[
            OpenApiParameter("view", str, enum=[view.value for view in queries.View], default="mine"),
            *(OpenApiParameter(name, str) for name in FILTERS),
            OpenApiParameter("cursor", str, description="Taken from `next`."),
        ],
    )
    def list(self, request: Request) -> Response:
        """One view of your inbox, fifty tasks a page, in its own order."""
        view, where, offset = _asked(request)
        page = queries.page(self.user, view, offset=offset, where=where)
        data = TaskSerializer(page.items, many=True, context=self.get_serializer_context()).data
        following = sealed_cursor([view.value, offset + len(page.items)]) if page.more else None
        return Response({"results": data, "next": next_address(request, following)})

    @extend_schema(responses=TaskDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One task with form, prefill, variables and comments."""
        item = self._seen(pk)
        commands.mark_opened(actor=self.user, work_item_id=item.pk)
        return self._detail(item)

    @extend_schema(request=None, responses=TaskDetailSerializer)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, pk: str) -> Response:
        """Take an offered task."""
        commands.claim_work_item(actor=self.user, work_item_id=as_uuid(pk))
        return self._detail(self._seen(pk))

    @extend_schema(request=None, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        """Give a taken task back to its queue."""
        return self._brief(commands.release_work_item(actor=self.user, work_item_id=as_uuid(pk)))

    @extend_schema(request=AnswersBody, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """Complete a task with its form's answers and move its process on."""
        values = self.received(AnswersBody)
        answers, seen = values.get("answers") or {}, values.get("seen") or None
        item_id = as_uuid(pk)
        try:
            done = commands.complete_work_item(actor=self.user, work_item_id=item_id, answers=answers, seen=seen)
        except FormChanged as refusal:
            raise changed_meanwhile(self.user, self._seen(pk), refusal, seen or "") from refusal
        return self._brief(done)

    @extend_schema(request=TransferBody, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def transfer(self, request: Request, pk: str) -> Response:
        """Hand a task to somebody else for good."""
        self._seen(pk)
        values = self.received(TransferBody)
        given = commands.transfer_work_item(
            actor=self.user,
            work_item_id=as_uuid(pk),
            recipient=values["to"],
            reason=values["reason"],
            although_away=values["although_away"],
        )
        return self._brief(given)

    @extend_schema(request=CommentBody, responses={201: CommentSerializer})
    @action(detail=True, methods=["post"], url_path="comments")
    def comment(self, request: Request, pk: str) -> Response:
        """Say something about a task."""
        self._seen(pk)
        text = self.received(CommentBody)["text"]
        made = commands.comment_on_work_item(actor=self.user, work_item_id=as_uuid(pk), text=text)
        return self.shown(made, CommentSerializer, 201)

    @extend_schema(request=DraftBody, responses=DraftSerializer)
    @action(detail=True, methods=["put"])
    def draft(self, request: Request, pk: str) -> Response:
        """Keep what you typed so far; nobody else sees it."""
        self._seen(pk)
        answers = self.received(DraftBody)["answers"]
        return self.shown(
            commands.save_draft(actor=self.user, work_item_id=as_uuid(pk), answers=answers), DraftSerializer
        )

    def _seen(self, pk: str) -> WorkItem:
        item = queries.visible_item(self.user, pk)
        if item is None:
            raise WorkItemUnknown
        return item

    def _brief(self, item: WorkItem) -> Response:
        return self.shown(item, TaskSerializer)

    def _detail(self, item: WorkItem) -> Response:
        hidden = record_mask(self.user, item.record_kind)
        variables = operations.step_variables(item) if item.is_open else {}
        schema = operations.form_of(item)
        shows = operations.form_variables(item) if item.is_open else {}
        draft = Draft.objects.filter(item=item, user=self.user).first()
        shown: Any = item
        shown.shown_form = {
            "id": item.form,
            "schema": schema,
            "prefill": processes.mask(forms.prefill(schema, shows), hidden) if schema is not None else {},
            "draft": (forms.prefill(schema, draft.answers) if schema is not None else {}) if draft else None,
            "seen": str(operations.shown_mark(item, record=_revision(self.user, item))) if item.is_open else "",
        }
        shown.variables = processes.mask(variables, hidden)
        shown.answers = processes.mask(item.answers, hidden)
        shown.shown_comments = list(item.comments.select_related("author").order_by("at", "pk")[:200])
        shown.standing = standing_of(self.user, item)
        return self.shown(shown, TaskDetailSerializer)


def _revision(user: User, item: WorkItem) -> int:
    """The revision of the record the task is about, as far as the person may see it: 0 for no other."""
    kind = records.kinds().get(item.record_kind)
    if kind is None or kind.revisions is None or not item.record_id:
        return 0
    found = kind.visible_to(user).filter(pk=item.record_id).values_list(kind.revisions.column, flat=True)
    return found.first() or 0


def _asked(request: Request) -> tuple[queries.View, Q, int]:
    """View, filters and place of a list. Raises FieldsRefused."""
    unknown = set(request.query_params) - {"view", "cursor", *FILTERS}
    if unknown:
        raise FieldsRefused(**dict.fromkeys(unknown, _("There is no such filter.")))
    try:
        view = queries.View(request.query_params.get("view", queries.View.MINE.value))
    except ValueError:
        raise FieldsRefused(view=_("One of: %(names)s.") % {"names": ", ".join(queries.View)}) from None
    given = {
        column: request.query_params[name][:200] for name, column in FILTERS.items() if name in request.query_params
    }
    cursor = request.query_params.get("cursor")
    return view, Q(**given), _offset(cursor, view) if cursor else 0


def _offset(cursor: str, view: queries.View) -> int:
    match opened_cursor(cursor):
        case [str(name), int(offset)] if name == view.value and 0 < offset <= DEEPEST:
            return offset
    raise bad_cursor()
