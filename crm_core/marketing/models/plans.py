"""Marketing plans, what each revision of them said, and what came of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from config import clock
from crm_core.interactions.models import Channel
from crm_core.marketing.models.choices import PlanEnd, PlanKind, PlanStatus
from crm_core.records import Record, RecordManager, by_owner


class MarketingPlan(Record):
    """What marketing wants to do, for whom, when, and for how much money.

    ``segment`` is a rule (see `crm_core.marketing.segments`); ``goals`` are rows {metric, target}; ``channels`` are
    channel codes; ``branches`` are codes of further branches it runs in; ``staff`` are usernames; ``activities`` are
    rows {name, place, on, staff}. ``budget_total`` is in the base currency. ``revision`` is the number of the newest
    PlanRevision, ``approved_revision`` that of the approved one. ``threshold_sent`` is the highest share of the
    budget, in percent, that the process was told about.
    """

    record_kind: ClassVar[str] = "marketing_plan"
    number_prefix: ClassVar[str] = "MP"
    IN_REVIEW: ClassVar[tuple[PlanStatus, ...]] = (
        PlanStatus.SUBMITTED,
        PlanStatus.UNDER_REVIEW,
        PlanStatus.REVISION,
    )
    EDITABLE: ClassVar[tuple[PlanStatus, ...]] = (PlanStatus.DRAFT, PlanStatus.REVISION)
    BUDGET_OPEN: ClassVar[tuple[PlanStatus, ...]] = (
        PlanStatus.SUBMITTED,
        PlanStatus.UNDER_REVIEW,
        PlanStatus.APPROVED,
        PlanStatus.IN_EXECUTION,
    )
    SPENDING: ClassVar[tuple[PlanStatus, ...]] = (PlanStatus.APPROVED, PlanStatus.IN_EXECUTION, PlanStatus.COMPLETED)
    WITHDRAWABLE: ClassVar[tuple[PlanStatus, ...]] = (
        PlanStatus.DRAFT,
        *IN_REVIEW,
        PlanStatus.APPROVED,
        PlanStatus.IN_EXECUTION,
    )

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=PlanKind, default=PlanKind.GENERAL)
    status = models.CharField(_("status"), max_length=12, choices=PlanStatus, default=PlanStatus.DRAFT)
    opportunity_source = models.CharField(_("source of the opportunity"), max_length=300, blank=True)
    segment = models.JSONField(_("segment"), default=dict, blank=True)
    goals = models.JSONField(_("goals"), default=list, blank=True)
    offer = models.TextField(_("offer"), blank=True)
    concession_percent = models.DecimalField(
        _("concession in percent"),
        max_digits=5,
        decimal_places=2,
        default=Decimal("0.00"),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    channels = models.JSONField(_("channels"), default=list, blank=True)
    branches = models.JSONField(_("further branches"), default=list, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    staff = models.JSONField(_("staff"), default=list, blank=True)
    activities = models.JSONField(_("activities"), default=list, blank=True)
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    budget_total = models.DecimalField(
        _("budget"), max_digits=14, decimal_places=2, default=Decimal("0.00"), validators=[MinValueValidator(0)]
    )
    expected_responses = models.PositiveIntegerField(_("expected responses"), default=0)
    expected_leads = models.PositiveIntegerField(_("expected leads"), default=0)
    expected_revenue = models.DecimalField(
        _("expected revenue"),
        max_digits=14,
        decimal_places=2,
        default=Decimal("0.00"),
        validators=[MinValueValidator(0)],
    )
    risks = models.TextField(_("risks"), blank=True)
    uses_hq_brand = models.BooleanField(_("uses the headquarters' brand"), default=False)
    has_prize_draw = models.BooleanField(_("has a prize draw"), default=False)
    revision = models.PositiveIntegerField(_("revision"), default=0, editable=False)
    approved_revision = models.PositiveIntegerField(_("approved revision"), null=True, blank=True, editable=False)
    threshold_sent = models.PositiveSmallIntegerField(default=0, editable=False)
    closing_reason = models.CharField(_("ended as"), max_length=9, choices=PlanEnd, blank=True)
    closing_note = models.TextField(_("closing note"), blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = RecordManager()

    class Meta:
        verbose_name = _("marketing plan")
        verbose_name_plural = _("marketing plans")
        indexes = [
            *by_owner("marketing_plan"),
            models.Index(fields=["org_unit", "status", "-created_at"], name="crm_marketing_plan_status"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(budget_total__gte=0), name="crm_marketing_plan_budget"),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="crm_marketing_plan_period",
            ),
        ]

    @property
    def may_be_edited(self) -> bool:
        """Whether its text is still (or again) being written."""
        return self.status in self.EDITABLE

    @property
    def may_be_withdrawn(self) -> bool:
        """Whether it can still be taken back: until it is carried out."""
        return self.status in self.WITHDRAWABLE

    @property
    def has_undecided_budget(self) -> bool:
        """Whether a change of its budget while it is carried out still waits for its approval."""
        return self.status == PlanStatus.IN_EXECUTION and self.revision != self.approved_revision

    def clean(self) -> None:
        """A plan has a title, ends after it starts, and its lists are of the rows described above."""
        self.title = " ".join(self.title.split())
        if not self.title:
            raise ValidationError({"title": _("A plan needs a title.")})
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("A plan does not end before it starts.")})
        if not _is_list_of(self.channels, str) or not set(self.channels) <= set(Channel.values):
            raise ValidationError({"channels": _("Choose known channels.")})
        for name in ("branches", "staff"):
            if not _is_list_of(getattr(self, name), str):
                raise ValidationError({name: _("This must be a list of codes.")})
        for name, needed in (("goals", "metric"), ("activities", "name")):
            rows = getattr(self, name)
            if not _is_list_of(rows, dict) or not all(str(row.get(needed) or "").strip() for row in rows):
                raise ValidationError({name: _("Every row needs a name.")})


class PlanRevision(models.Model):
    """What a plan said at one moment, with the findings of the checks of it; never changed afterwards but for those.

    ``snapshot`` holds every field people edit and the budget lines; ``differences`` are rows {field, en, zh, before,
    now} against the revision before. ``findings`` is the frozen report of `crm_core.marketing.checks`.
    """

    plan = models.ForeignKey(MarketingPlan, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("revision"))
    snapshot = models.JSONField(_("content"))
    digest = models.CharField(max_length=64)
    differences = models.JSONField(_("differences"), default=list)
    note = models.TextField(_("note"), blank=True)
    made_at = models.DateTimeField(_("made"), default=clock.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    findings = models.JSONField(_("findings"), default=dict, blank=True)
    findings_hash = models.CharField(max_length=64, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)

    class Meta:
        verbose_name = _("revision of a plan")
        verbose_name_plural = _("revisions of plans")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="crm_plan_revision_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number}"


class PlanEvaluation(models.Model):
    """What came of a plan: planned and actual figures, money, responses by channel and level, and the lessons.

    ``kpis`` are rows {metric, planned, actual}; ``roi`` is (revenue - cost) / cost, null without cost.
    """

    plan = models.OneToOneField(MarketingPlan, models.CASCADE, related_name="evaluation")
    kpis = models.JSONField(_("figures"), default=list)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=2)
    revenue = models.DecimalField(_("revenue"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    roi = models.DecimalField(_("return on investment"), max_digits=12, decimal_places=4, null=True)
    responses = models.JSONField(_("responses"), default=dict)
    lessons = models.TextField(_("lessons"))
    at = models.DateTimeField(_("at"), default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("evaluation of a plan")
        verbose_name_plural = _("evaluations of plans")

    def __str__(self) -> str:
        return f"{self.plan_id} {self.roi}"


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(row, kind) for row in value)
