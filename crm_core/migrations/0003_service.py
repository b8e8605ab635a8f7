"""The tables of service requests, visits and knowledge, with their number sequences."""

import config.clock
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from crm_core.numbers import create_sequence_sql, drop_sequence_sql

PREFIXES = ("SR", "WO", "RV", "KA")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_append_only"),
        ("accounts", "__first__"),
        ("crm_core", "0002_numbers_levels_consumption"),
    ]

    operations = [
        migrations.CreateModel(
            name="ServiceQueue",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, max_length=80, verbose_name="Chinese name")),
                ("group_key", models.CharField(max_length=128, verbose_name="group")),
                (
                    "org_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.orgunit",
                    ),
                ),
                ("push", models.BooleanField(default=False, verbose_name="hand out to the least loaded member")),
            ],
            options={
                "verbose_name": "service queue",
                "verbose_name_plural": "service queues",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="SlaPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("inquiry", "Inquiry"),
                            ("query", "Query"),
                            ("fault", "Fault"),
                            ("complaint", "Complaint"),
                            ("suggestion", "Suggestion"),
                            ("purchase_request", "Purchase request"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("minor", "Minor"),
                            ("normal", "Normal"),
                            ("major", "Major"),
                            ("critical", "Critical"),
                        ],
                        max_length=10,
                        verbose_name="severity",
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[("standard", "Standard"), ("silver", "Silver"), ("gold", "Gold"), ("top", "Top")],
                        default="standard",
                        max_length=20,
                        verbose_name="customer tier",
                    ),
                ),
                (
                    "first_response_hours",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=7,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="first response within hours",
                    ),
                ),
                (
                    "resolve_hours",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=7,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="resolution within hours",
                    ),
                ),
            ],
            options={
                "verbose_name": "SLA policy",
                "verbose_name_plural": "SLA policies",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "severity", "tier"), name="crm_sla_policy_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first_response_hours__gt", 0), ("resolve_hours__gt", 0)),
                        name="crm_sla_policy_hours",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceRequest",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("inquiry", "Inquiry"),
                            ("query", "Query"),
                            ("fault", "Fault"),
                            ("complaint", "Complaint"),
                            ("suggestion", "Suggestion"),
                            ("purchase_request", "Purchase request"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("triaged", "Classified"),
                            ("assigned", "Assigned"),
                            ("in_progress", "In progress"),
                            ("waiting_customer", "Waiting for the customer"),
                            ("escalated", "Escalated"),
                            ("resolved", "Resolved"),
                            ("closed", "Closed"),
                            ("rejected", "Rejected"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="new",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Phone"),
                            ("email", "E-mail"),
                            ("counter", "Counter"),
                            ("wechat", "WeChat"),
                            ("app", "App"),
                            ("web", "Website"),
                            ("return_visit", "Return visit"),
                        ],
                        default="phone",
                        max_length=20,
                        verbose_name="channel",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="crm_core.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm_core.contact",
                        verbose_name="contact",
                    ),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("fee_settlement", "Fee settlement"),
                            ("concession_policy", "Concession policy"),
                            ("channel_inconsistency", "Channels disagree"),
                            ("facility_fault", "Facility fault"),
                            ("staff_attitude", "Staff attitude"),
                            ("delay", "Delay"),
                            ("privacy", "Privacy"),
                            ("other", "Other"),
                        ],
                        max_length=30,
                        verbose_name="category",
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("minor", "Minor"),
                            ("normal", "Normal"),
                            ("major", "Major"),
                            ("critical", "Critical"),
                        ],
                        default="normal",
                        max_length=10,
                        verbose_name="severity",
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        default=50, validators=[django.core.validators.MaxValueValidator(100)], verbose_name="priority"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm_core.product",
                    ),
                ),
                ("contract_no", models.CharField(blank=True, max_length=60, verbose_name="contract")),
                ("demand", models.TextField(blank=True, verbose_name="what the customer asks for")),
                (
                    "harm",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0"),
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="harm",
                    ),
                ),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("safety", "Safety"),
                                ("legal", "Legal"),
                                ("media", "Media"),
                                ("privacy", "Privacy"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="flags",
                    ),
                ),
                (
                    "person_complained_about",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "queue",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="crm_core.servicequeue",
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handled_requests",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handler",
                    ),
                ),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="duplicates",
                        to="crm_core.servicerequest",
                    ),
                ),
                (
                    "converted_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="conversions",
                        to="crm_core.servicerequest",
                    ),
                ),
                ("first_response_hours", models.DecimalField(decimal_places=2, default=Decimal("8"), max_digits=7)),
                ("first_response_due", models.DateTimeField(blank=True, null=True, verbose_name="first response due")),
                ("first_responded_at", models.DateTimeField(blank=True, null=True, verbose_name="first response")),
                (
                    "tier",
                    models.CharField(
                        choices=[("standard", "Standard"), ("silver", "Silver"), ("gold", "Gold"), ("top", "Top")],
                        default="standard",
                        max_length=10,
                        verbose_name="customer tier",
                    ),
                ),
                (
                    "sla_hours",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("56"), max_digits=7, verbose_name="promised hours"
                    ),
                ),
                ("sla_used_hours", models.DecimalField(decimal_places=4, default=Decimal("0"), max_digits=9)),
                ("sla_started_at", models.DateTimeField(blank=True, null=True)),
                ("sla_running_since", models.DateTimeField(blank=True, null=True)),
                ("sla_paused_at", models.DateTimeField(blank=True, null=True, verbose_name="clock paused")),
                (
                    "sla_pause_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="why the clock is paused"),
                ),
                ("sla_extended", models.BooleanField(default=False, verbose_name="extended once")),
                ("resolve_due", models.DateTimeField(blank=True, null=True, verbose_name="resolution due")),
                ("escalation_level", models.PositiveSmallIntegerField(default=0, verbose_name="escalation level")),
                ("root_cause", models.CharField(blank=True, max_length=60, verbose_name="root cause")),
                (
                    "responsible_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.orgunit",
                    ),
                ),
                ("findings", models.TextField(blank=True, verbose_name="findings")),
                ("resolution", models.TextField(blank=True, verbose_name="resolution")),
                (
                    "compensation_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None"),
                            ("refund", "Refund"),
                            ("repair", "Repair"),
                            ("apology", "Apology"),
                            ("policy_change", "Change of a policy"),
                        ],
                        max_length=20,
                        verbose_name="compensation",
                    ),
                ),
                (
                    "compensation",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0"),
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount of compensation",
                    ),
                ),
                ("compensation_paid_at", models.DateTimeField(blank=True, null=True, verbose_name="compensation paid")),
                (
                    "compensation_reference",
                    models.CharField(blank=True, max_length=120, verbose_name="reference of the payment"),
                ),
                ("commit_on", models.DateField(blank=True, null=True, verbose_name="promised for")),
                ("reply", models.TextField(blank=True, verbose_name="reply to the customer")),
                ("replied_at", models.DateTimeField(blank=True, null=True, verbose_name="replied")),
                ("customer_satisfied", models.BooleanField(blank=True, null=True, verbose_name="customer satisfied")),
                (
                    "satisfaction",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="satisfaction (1 to 5)",
                    ),
                ),
                ("returned_times", models.PositiveSmallIntegerField(default=0, verbose_name="times handled again")),
                (
                    "external_channel",
                    models.CharField(blank=True, max_length=120, verbose_name="outside body the customer turned to"),
                ),
                ("fraud_suspected", models.BooleanField(default=False, verbose_name="customer's fraud")),
                (
                    "upheld",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "Upheld"), ("partly", "Partly upheld"), ("not_upheld", "Not upheld")],
                        max_length=12,
                        verbose_name="upheld",
                    ),
                ),
                ("improvement", models.TextField(blank=True, verbose_name="what was improved")),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                ("closing_reason", models.CharField(blank=True, max_length=40, verbose_name="how it ended")),
            ],
            options={
                "verbose_name": "service request",
                "verbose_name_plural": "service requests",
                "indexes": [
                    models.Index(fields=["org_unit", "-created_at"], name="crm_request_unit"),
                    models.Index(fields=["owner", "-created_at"], name="crm_request_owner"),
                    models.Index(fields=["customer", "-created_at"], name="crm_request_customer"),
                    models.Index(fields=["kind", "status", "-created_at"], name="crm_request_kind"),
                    models.Index(fields=["handler", "resolve_due"], name="crm_request_handler"),
                    models.Index(fields=["queue", "resolve_due"], name="crm_request_queue"),
                    models.Index(
                        condition=models.Q(
                            (
                                "status__in",
                                ("new", "triaged", "assigned", "in_progress", "waiting_customer", "escalated"),
                            )
                        ),
                        fields=["resolve_due"],
                        name="crm_request_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("compensation__gte", 0), ("harm__gte", 0)), name="crm_request_amounts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("satisfaction", None), ("satisfaction__range", (1, 5)), _connector="OR"),
                        name="crm_request_satisfaction",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sla_running_since", None), ("sla_paused_at", None), _connector="OR"),
                        name="crm_request_clock_runs_or_rests",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KnowledgeArticle",
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
                ("body", models.TextField(blank=True, verbose_name="text")),
                ("category", models.CharField(blank=True, max_length=30, verbose_name="category")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("published", "Published"),
                            ("retired", "Retired"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "learned_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="articles",
                        to="crm_core.servicerequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "knowledge article",
                "verbose_name_plural": "knowledge articles",
                "indexes": [
                    models.Index(fields=["org_unit", "-created_at"], name="crm_article_unit"),
                    models.Index(fields=["owner", "-created_at"], name="crm_article_owner"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("learned_from__isnull", False)),
                        fields=("learned_from",),
                        name="crm_article_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkOrder",
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
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_orders",
                        to="crm_core.servicerequest",
                        verbose_name="request",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="work_orders", to="crm_core.customer"
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("fault", "Fault"),
                            ("complaint", "Complaint"),
                            ("planned", "Service plan"),
                            ("booked", "Booking"),
                        ],
                        default="fault",
                        max_length=12,
                        verbose_name="origin",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("dispatched", "Dispatched"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("en_route", "On the way"),
                            ("on_site", "On site"),
                            ("paused", "Paused"),
                            ("completed", "Completed"),
                            ("inspected", "Inspected"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                ("skill", models.CharField(blank=True, max_length=60, verbose_name="skill needed")),
                ("site", models.CharField(blank=True, max_length=200, verbose_name="site")),
                ("area", models.CharField(blank=True, max_length=60, verbose_name="area")),
                ("safety", models.CharField(blank=True, max_length=20, verbose_name="danger")),
                ("essential", models.BooleanField(default=False, verbose_name="essential for the customer")),
                ("misuse", models.BooleanField(default=False, verbose_name="caused by misuse")),
                ("landlord_part", models.BooleanField(default=False, verbose_name="part of the landlord's equipment")),
                ("warranty_until", models.DateField(blank=True, null=True, verbose_name="in warranty until")),
                (
                    "contract_visits_left",
                    models.PositiveSmallIntegerField(default=0, verbose_name="contract visits left"),
                ),
                (
                    "concession_percent",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="approved concession, percent",
                    ),
                ),
                ("charge", models.CharField(blank=True, max_length=8, verbose_name="charge")),
                (
                    "estimate",
                    models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="estimate"),
                ),
                ("priority", models.CharField(blank=True, max_length=2, verbose_name="priority")),
                ("crew", models.PositiveSmallIntegerField(default=1, verbose_name="crew")),
                ("window_from", models.DateTimeField(blank=True, null=True, verbose_name="visit from")),
                ("window_to", models.DateTimeField(blank=True, null=True, verbose_name="visit until")),
                ("arrival_due", models.DateTimeField(blank=True, null=True, verbose_name="arrival due")),
                (
                    "technician",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="technician",
                    ),
                ),
                (
                    "refused_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
                    ),
                ),
                ("arrived_at", models.DateTimeField(blank=True, null=True, verbose_name="arrived")),
                ("cause", models.CharField(blank=True, max_length=200, verbose_name="cause")),
                ("parts", models.JSONField(blank=True, default=list, verbose_name="parts used")),
                (
                    "hours",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=6, verbose_name="hours worked"
                    ),
                ),
                (
                    "labour_cost",
                    models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="labour"),
                ),
                (
                    "parts_cost",
                    models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="parts"),
                ),
                ("checklist", models.JSONField(blank=True, default=list, verbose_name="checklist")),
                ("signed_by", models.CharField(blank=True, max_length=80, verbose_name="signed by")),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="customer's score (1 to 5)",
                    ),
                ),
                ("no_one_home", models.PositiveSmallIntegerField(default=0, verbose_name="visits in vain")),
                ("called_by", models.CharField(blank=True, editable=False, max_length=200, null=True, unique=True)),
                ("window_booked", models.BooleanField(default=False, verbose_name="window booked by the customer")),
                ("arrival_late", models.DateTimeField(blank=True, null=True, verbose_name="arrival much too late")),
                ("arrival_warned", models.PositiveSmallIntegerField(default=0)),
                ("refusals", models.PositiveSmallIntegerField(default=0, verbose_name="refused by technicians")),
                (
                    "charged",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=12, verbose_name="charged to the customer"
                    ),
                ),
                ("inspection_passed", models.BooleanField(blank=True, null=True, verbose_name="inspection passed")),
                ("inspection_note", models.TextField(blank=True, verbose_name="note of the inspection")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("outcome", models.CharField(blank=True, max_length=40, verbose_name="how it ended")),
            ],
            options={
                "verbose_name": "work order",
                "verbose_name_plural": "work orders",
                "indexes": [
                    models.Index(fields=["org_unit", "-created_at"], name="crm_work_order_unit"),
                    models.Index(fields=["owner", "-created_at"], name="crm_work_order_owner"),
                    models.Index(fields=["customer", "-created_at"], name="crm_work_order_customer"),
                    models.Index(fields=["technician", "window_from"], name="crm_work_order_technician"),
                    models.Index(fields=["status", "-created_at"], name="crm_work_order_status"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("estimate__gte", 0), ("hours__gte", 0), ("labour_cost__gte", 0), ("parts_cost__gte", 0)
                        ),
                        name="crm_work_order_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score", None), ("score__range", (1, 5)), _connector="OR"),
                        name="crm_work_order_score",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnVisit",
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
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="return_visits",
                        to="crm_core.customer",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="return_visits",
                        to="crm_core.servicerequest",
                    ),
                ),
                (
                    "work_order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="return_visits",
                        to="crm_core.workorder",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("due", "Due"),
                            ("done", "Done"),
                            ("unreachable", "Not reached"),
                            ("escalated", "Escalated"),
                        ],
                        default="due",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="due")),
                ("result", models.TextField(blank=True, verbose_name="result")),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="score (1 to 5)",
                    ),
                ),
            ],
            options={
                "verbose_name": "return visit",
                "verbose_name_plural": "return visits",
                "indexes": [
                    models.Index(fields=["org_unit", "-created_at"], name="crm_return_visit_unit"),
                    models.Index(fields=["owner", "-created_at"], name="crm_return_visit_owner"),
                    models.Index(fields=["status", "due_on"], name="crm_return_visit_due"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score", None), ("score__range", (1, 5)), _connector="OR"),
                        name="crm_return_visit_score",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("request__isnull", False), ("status", "due")),
                        fields=("request",),
                        name="crm_return_visit_request",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "due"), ("work_order__isnull", False)),
                        fields=("work_order",),
                        name="crm_return_visit_order",
                    ),
                ],
            },
        ),
        *[migrations.RunSQL(create_sequence_sql(prefix), drop_sequence_sql(prefix)) for prefix in PREFIXES],
    ]
