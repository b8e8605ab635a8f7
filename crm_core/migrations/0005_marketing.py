"""The tables of marketing plans, budgets and campaigns, with their number sequences."""

import config.clock
import django.core.validators
import django.db.models.deletion
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from crm_core.numbers import create_sequence_sql, drop_sequence_sql

PREFIXES = ("MP", "CA")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_append_only"),
        ("accounts", "__first__"),
        ("crm_core", "0004_dispatch"),
    ]

    operations = [
        migrations.CreateModel(
            name="MarketingPlan",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="created")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("updated_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="changed")),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("number", models.CharField(editable=False, max_length=32, unique=True, verbose_name="number")),
                (
                    "org_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.orgunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "kind",
                    models.CharField(
                        choices=[("general", "General plan"), ("research", "Market research")],
                        default="general",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("under_review", "Under review"),
                            ("revision", "Being revised"),
                            ("approved", "Approved"),
                            ("in_execution", "In execution"),
                            ("completed", "Completed"),
                            ("evaluated", "Evaluated"),
                            ("rejected", "Rejected"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "opportunity_source",
                    models.CharField(blank=True, max_length=300, verbose_name="source of the opportunity"),
                ),
                ("segment", models.JSONField(blank=True, default=dict, verbose_name="segment")),
                ("goals", models.JSONField(blank=True, default=list, verbose_name="goals")),
                ("offer", models.TextField(blank=True, verbose_name="offer")),
                (
                    "concession_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="concession in percent",
                    ),
                ),
                ("channels", models.JSONField(blank=True, default=list, verbose_name="channels")),
                ("branches", models.JSONField(blank=True, default=list, verbose_name="further branches")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                ("staff", models.JSONField(blank=True, default=list, verbose_name="staff")),
                ("activities", models.JSONField(blank=True, default=list, verbose_name="activities")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="starts")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends")),
                (
                    "budget_total",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="budget",
                    ),
                ),
                ("expected_responses", models.PositiveIntegerField(default=0, verbose_name="expected responses")),
                ("expected_leads", models.PositiveIntegerField(default=0, verbose_name="expected leads")),
                (
                    "expected_revenue",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="expected revenue",
                    ),
                ),
                ("risks", models.TextField(blank=True, verbose_name="risks")),
                ("uses_hq_brand", models.BooleanField(default=False, verbose_name="uses the headquarters' brand")),
                ("has_prize_draw", models.BooleanField(default=False, verbose_name="has a prize draw")),
                ("revision", models.PositiveIntegerField(default=0, editable=False, verbose_name="revision")),
                (
                    "approved_revision",
                    models.PositiveIntegerField(
                        blank=True, editable=False, null=True, verbose_name="approved revision"
                    ),
                ),
                ("threshold_sent", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "closing_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("expired", "Not started in time"),
                            ("cancelled", "Cancelled after approval"),
                        ],
                        max_length=9,
                        verbose_name="ended as",
                    ),
                ),
                ("closing_note", models.TextField(blank=True, verbose_name="closing note")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
            ],
            options={
                "verbose_name": "marketing plan",
                "verbose_name_plural": "marketing plans",
                "indexes": [
                    models.Index(fields=["org_unit", "-created_at"], name="crm_marketing_plan_unit"),
                    models.Index(fields=["owner", "-created_at"], name="crm_marketing_plan_owner"),
                    models.Index(fields=["org_unit", "status", "-created_at"], name="crm_marketing_plan_status"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("budget_total__gte", 0)), name="crm_marketing_plan_budget"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on", None),
                            ("ends_on", None),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="crm_marketing_plan_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="crm_core.marketingplan",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="revision")),
                ("snapshot", models.JSONField(verbose_name="content")),
                ("digest", models.CharField(max_length=64)),
                ("differences", models.JSONField(default=list, verbose_name="differences")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("made_at", models.DateTimeField(default=config.clock.now, verbose_name="made")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("findings", models.JSONField(blank=True, default=dict, verbose_name="findings")),
                ("findings_hash", models.CharField(blank=True, max_length=64)),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="checked")),
            ],
            options={
                "verbose_name": "revision of a plan",
                "verbose_name_plural": "revisions of plans",
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(fields=("plan", "number"), name="crm_plan_revision_once")],
            },
        ),
        migrations.CreateModel(
            name="PlanEvaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evaluation",
                        to="crm_core.marketingplan",
                    ),
                ),
                ("kpis", models.JSONField(default=list, verbose_name="figures")),
                ("cost", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="cost")),
                (
                    "revenue",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="revenue",
                    ),
                ),
                (
                    "roi",
                    models.DecimalField(
                        decimal_places=4, max_digits=12, null=True, verbose_name="return on investment"
                    ),
                ),
                ("responses", models.JSONField(default=dict, verbose_name="responses")),
                ("lessons", models.TextField(verbose_name="lessons")),
                ("at", models.DateTimeField(default=config.clock.now, verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "evaluation of a plan",
                "verbose_name_plural": "evaluations of plans",
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="created")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("updated_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="changed")),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("number", models.CharField(editable=False, max_length=32, unique=True, verbose_name="number")),
                (
                    "org_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.orgunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="crm_core.marketingplan",
                        verbose_name="plan",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("channels", models.JSONField(default=list, verbose_name="channels")),
                ("starts_on", models.DateField(verbose_name="starts")),
                ("ends_on", models.DateField(verbose_name="ends")),
            ],
            options={
                "verbose_name": "campaign",
                "verbose_name_plural": "campaigns",
                "indexes": [
                    models.Index(fields=["org_unit", "-created_at"], name="crm_campaign_unit"),
                    models.Index(fields=["owner", "-created_at"], name="crm_campaign_owner"),
                    models.Index(fields=["status", "starts_on", "ends_on"], name="crm_campaign_period"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "withdrawn"), _negated=True),
                        fields=("plan",),
                        name="crm_campaign_one_per_plan",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignActivity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="activities", to="crm_core.campaign"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                ("on", models.DateField(verbose_name="day")),
                (
                    "staff",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("in_progress", "In progress"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=11,
                        verbose_name="stage",
                    ),
                ),
                ("result", models.TextField(blank=True, verbose_name="result")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
            ],
            options={
                "verbose_name": "activity of a campaign",
                "verbose_name_plural": "activities of campaigns",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "position"), name="crm_campaign_activity_position")
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="crm_core.campaign"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="campaign_links",
                        to="crm_core.customer",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Phone"),
                            ("in_person", "In person"),
                            ("wechat", "WeChat"),
                            ("email", "E-mail"),
                            ("sms", "Text message"),
                            ("app", "App"),
                            ("web", "Web"),
                            ("letter", "Letter"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("batch", models.PositiveIntegerField(default=1, verbose_name="batch")),
                ("planned_on", models.DateField(verbose_name="planned for")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "To be contacted"),
                            ("contacted", "Contacted"),
                            ("responded", "Responded"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("status_at", models.DateTimeField(blank=True, null=True, verbose_name="since")),
            ],
            options={
                "verbose_name": "customer in a campaign",
                "verbose_name_plural": "customers in campaigns",
                "indexes": [models.Index(fields=["customer", "planned_on"], name="crm_campaign_member_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "customer"), name="crm_campaign_member_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="BranchBudget",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="created")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("updated_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="changed")),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.orgunit",
                        verbose_name="branch",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount",
                    ),
                ),
            ],
            options={
                "verbose_name": "marketing budget of a branch",
                "verbose_name_plural": "marketing budgets of branches",
                "constraints": [
                    models.UniqueConstraint(fields=("branch", "year"), name="crm_branch_budget_once"),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="crm_branch_budget_amount"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="crm_core.marketingplan"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("media", "Media"),
                            ("venue", "Venue"),
                            ("gifts", "Gifts and prizes"),
                            ("print", "Print"),
                            ("staff", "Staff"),
                            ("agency", "Agency"),
                            ("research", "Research"),
                            ("other", "Other"),
                        ],
                        max_length=8,
                        verbose_name="category",
                    ),
                ),
                ("description", models.CharField(blank=True, max_length=200, verbose_name="description")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget line",
                "verbose_name_plural": "budget lines",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "position"), name="crm_budget_line_position"),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="crm_budget_line_amount"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetReservation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reservations",
                        to="crm_core.marketingplan",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.orgunit",
                        verbose_name="branch",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount")),
                ("reserved_at", models.DateTimeField(default=config.clock.now, verbose_name="reserved")),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="released")),
            ],
            options={
                "verbose_name": "budget reservation",
                "verbose_name_plural": "budget reservations",
                "indexes": [models.Index(fields=["branch", "year"], name="crm_reservation_branch")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("released_at", None)), fields=("plan",), name="crm_reservation_one_open"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="crm_reservation_amount"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BookedCost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="costs", to="crm_core.marketingplan"
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("media", "Media"),
                            ("venue", "Venue"),
                            ("gifts", "Gifts and prizes"),
                            ("print", "Print"),
                            ("staff", "Staff"),
                            ("agency", "Agency"),
                            ("research", "Research"),
                            ("other", "Other"),
                        ],
                        max_length=8,
                        verbose_name="category",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="amount",
                    ),
                ),
                ("booked_on", models.DateField(verbose_name="booked on")),
                ("reference", models.CharField(blank=True, max_length=80, verbose_name="invoice")),
                ("description", models.CharField(blank=True, max_length=200, verbose_name="description")),
                ("booked_at", models.DateTimeField(default=config.clock.now, verbose_name="booked")),
                (
                    "booked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "booked cost",
                "verbose_name_plural": "booked costs",
                "ordering": ["booked_on", "pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="crm_booked_cost_amount"),
                    models.UniqueConstraint(
                        condition=models.Q(("reference", ""), _negated=True),
                        fields=("plan", "reference"),
                        name="crm_booked_cost_invoice",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MarketingPolicy",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False, verbose_name="version")),
                (
                    "max_concession_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("15.00"),
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="largest concession in percent",
                    ),
                ),
                (
                    "contact_cap",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="contacts per customer",
                    ),
                ),
                (
                    "contact_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(366),
                        ],
                        verbose_name="within days",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("published_at", models.DateTimeField(default=config.clock.now, verbose_name="published")),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "marketing policy",
                "verbose_name_plural": "marketing policies",
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="ContactConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact_consents",
                        to="crm_core.customer",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Phone"),
                            ("in_person", "In person"),
                            ("wechat", "WeChat"),
                            ("email", "E-mail"),
                            ("sms", "Text message"),
                            ("app", "App"),
                            ("web", "Web"),
                            ("letter", "Letter"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("allowed", models.BooleanField(verbose_name="allowed")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("at", models.DateTimeField(default=config.clock.now, verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "consent to be contacted",
                "verbose_name_plural": "consents to be contacted",
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "channel"), name="crm_contact_consent_once")
                ],
            },
        ),
        *[migrations.RunSQL(create_sequence_sql(prefix), drop_sequence_sql(prefix)) for prefix in PREFIXES],
    ]
