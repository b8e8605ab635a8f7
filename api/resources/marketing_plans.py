"""Marketing plans: list, one with budget and revisions, draft, change, withdraw, another budget, book costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import django_filters
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.filters import Exact, FilterBackend, Filters, before, one_of, since
from api.masking import masked_fields
from api.serializers import Body, MaskedSerializer, NeededReasonSerializer, PersonSerializer, Strict, UnitSerializer
from api.views import ApiViewSet, seen_version
from crm_core.interactions.models import Channel
from crm_core.marketing import commands, queries
from crm_core.marketing.models import BookedCost, BudgetLine, MarketingPlan, PlanRevision
from crm_core.marketing.models.choices import CostCategory, PlanKind, PlanStatus
from crm_core.marketing.operations import NewBudgetLine
from crm_core.marketing.revisions import EDITED

LISTS = ("goals", "channels", "branches", "staff", "activities")
WRITTEN = tuple(sorted(EDITED - {"budget_total", "segment", "title", *LISTS}))
MAX_LINES = 100


class BudgetLineSerializer(Strict, serializers.ModelSerializer[BudgetLine]):
    """One item of a plan's budget, in the base currency."""

    class Meta:
        model = BudgetLine
        fields = ("category", "description", "amount")


class RevisionSerializer(serializers.ModelSerializer[PlanRevision]):
    """What a plan said at one moment."""

    made_by = PersonSerializer(read_only=True, allow_null=True)
    differences = serializers.ListField(child=serializers.JSONField(), read_only=True)

    class Meta:
        model = PlanRevision
        fields = ("number", "note", "made_at", "made_by", "differences", "checked_at")
        read_only_fields = fields


class CostSerializer(serializers.ModelSerializer[BookedCost]):
    """Money a plan has spent."""

    booked_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = BookedCost
        fields = ("id", "category", "amount", "booked_on", "reference", "description", "booked_at", "booked_by")
        read_only_fields = fields


class MarketingPlanSerializer(MaskedSerializer):
    """A plan as lists show it."""

    record_kind = MarketingPlan.record_kind

    owner = PersonSerializer(read_only=True, allow_null=True)
    org_unit = UnitSerializer(read_only=True)
    segment = serializers.DictField(child=serializers.JSONField(), read_only=True)
    goals = serializers.ListField(child=serializers.JSONField(), read_only=True)
    channels = serializers.ListField(child=serializers.CharField(), read_only=True)
    branches = serializers.ListField(child=serializers.CharField(), read_only=True)
    staff = serializers.ListField(child=serializers.CharField(), read_only=True)
    activities = serializers.ListField(child=serializers.JSONField(), read_only=True)

    class Meta:
        model = MarketingPlan
        fields: tuple[str, ...] = (
            *("id", "number", "version", "title", "status", "revision", "approved_revision", *WRITTEN),
            *("segment", *LISTS, "budget_total", "owner", "org_unit", "closing_reason", "closing_note", "ended_at"),
            *("created_at", "updated_at", "masked"),
        )
        read_only_fields = fields


class PlanDetailSerializer(MarketingPlanSerializer):
    """One plan with its budget lines, revisions and booked costs."""

    lines = BudgetLineSerializer(many=True, read_only=True)
    revisions = RevisionSerializer(many=True, read_only=True)
    costs = CostSerializer(many=True, read_only=True)

    class Meta(MarketingPlanSerializer.Meta):
        fields = (*MarketingPlanSerializer.Meta.fields, "lines", "revisions", "costs")
        read_only_fields = fields


class PlanValues(Strict, serializers.ModelSerializer[MarketingPlan]):
    """What people write about a plan; the budget is the sum of its lines."""

    segment = serializers.DictField(child=serializers.JSONField(), required=False)
    goals = serializers.ListField(child=serializers.DictField(), required=False, max_length=50)
    channels = serializers.ListField(child=serializers.ChoiceField(choices=Channel.choices), required=False)
    branches = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=50)
    staff = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=100)
    activities = serializers.ListField(child=serializers.DictField(), required=False, max_length=100)
    lines = BudgetLineSerializer(many=True, required=False, max_length=MAX_LINES)  # type: ignore[call-arg]

    class Meta:
        model = MarketingPlan
        fields: tuple[str, ...] = ("title", *WRITTEN, "segment", *LISTS, "lines")


class ChangedPlan(PlanValues):
    """What changes, and why it becomes another revision."""

    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")

    class Meta(PlanValues.Meta):
        fields = (*PlanValues.Meta.fields, "note")


class BudgetChange(Body):
    """Another budget, and why."""

    lines = BudgetLineSerializer(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]
    reason = serializers.CharField(max_length=2000)


class NewCost(Body):
    """Money that was spent; an invoice number is booked once."""

    category = serializers.ChoiceField(choices=CostCategory.choices)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0)
    booked_on = serializers.DateField(required=False)
    reference = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    description = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class PlanFilters(Filters):
    """What plans are found by."""

    q = django_filters.CharFilter(method="as_is", max_length=200)
    number = Exact("number")
    status = one_of("status", PlanStatus.choices)
    kind = one_of("kind", PlanKind.choices)
    owner = Exact("owner__username")
    org_unit = Exact("org_unit__code")
    created_since = since("created_at")
    created_before = before("created_at")

    def as_is(self, rows: Any, name: str, value: str) -> Any:
        """The plans' own query looked for this."""
        return rows


class MarketingPlanViewSet(ApiViewSet):
    """Marketing plans."""

    queryset = MarketingPlan.objects.all()
    serializer_class = MarketingPlanSerializer
    filter_backends = (FilterBackend,)
    filterset_class = PlanFilters
    orderings = {"newest": ("-created_at", "-number"), "oldest": ("created_at", "number")}

    @property
    def masked(self) -> frozenset[str]:
        """Fields of plans the person may not read."""
        return masked_fields(self.user, MarketingPlan.record_kind)

    @extend_schema(responses=MarketingPlanSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The plans you see."""
        rows = queries.plan_list(self.user, text=request.query_params.get("q", "")[:200])
        return self.listed(self.filter_queryset(rows), MarketingPlanSerializer)

    @extend_schema(responses=PlanDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One plan with budget lines, revisions and costs."""
        return self._detail(pk)

    @extend_schema(request=PlanValues, responses={201: PlanDetailSerializer})
    def create(self, request: Request) -> Response:
        """Draft a plan of your unit."""
        values = self.received(PlanValues)
        title, lines = values.pop("title"), _lines(values.pop("lines", []))
        values["budget_total"] = _total(lines)
        made = commands.create_plan(actor=self.user, title=title, values=values, lines=lines)
        address = reverse("api:marketing-plan-detail", args=[made.pk])
        return self.created(queries.plan_page(self.user, made.pk), PlanDetailSerializer, address)

    @extend_schema(request=ChangedPlan, responses=PlanDetailSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a plan being drafted or revised; `If-Match` is needed."""
        seen = seen_version(request, queries.plan(self.user, pk).version)
        values = self.received(ChangedPlan, partial=True)
        lines, note = values.pop("lines", None), values.pop("note", "")
        if lines is not None:
            lines = _lines(lines)
            values["budget_total"] = _total(lines)
        commands.update_plan(
            actor=self.user,
            plan_id=pk,
            values=values,
            lines=lines,
            note=note,
            seen_version=seen,
        )
        return self._detail(pk)

    @extend_schema(request=NeededReasonSerializer, responses=PlanDetailSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take a plan back before it is carried out."""
        queries.plan(self.user, pk)
        commands.withdraw_plan(actor=self.user, plan_id=pk, **self.received(NeededReasonSerializer))
        return self._detail(pk)

    @extend_schema(request=BudgetChange, responses=PlanDetailSerializer)
    @action(detail=True, methods=["post"], url_path="budget")
    def change_budget(self, request: Request, pk: str) -> Response:
        """Give a plan under review or later another budget; its process checks it again."""
        queries.plan(self.user, pk)
        values = self.received(BudgetChange)
        lines = _lines(values["lines"])
        commands.change_budget(actor=self.user, plan_id=pk, lines=lines, reason=values["reason"])
        return self._detail(pk)

    @extend_schema(request=NewCost, responses={201: CostSerializer})
    @action(detail=True, methods=["post"], url_path="costs")
    def book_cost(self, request: Request, pk: str) -> Response:
        """Book money a plan spent."""
        queries.plan(self.user, pk)
        return self.shown(
            commands.book_cost(actor=self.user, plan_id=pk, **self.received(NewCost)), CostSerializer, 201
        )

    def _detail(self, pk: str) -> Response:
        return self.shown(queries.plan_page(self.user, pk), PlanDetailSerializer)


def _total(lines: Iterable[NewBudgetLine]) -> Decimal:
    return sum((line.amount for line in lines), Decimal("0.00"))


def _lines(rows: Iterable[Mapping[str, Any]]) -> list[NewBudgetLine]:
    return [NewBudgetLine(row["category"], row["amount"], row.get("description", "")) for row in rows]
