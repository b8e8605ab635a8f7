"""The tables of running instances and of what waits for them: timers, messages, effects, incidents, history."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("bpmn", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProcessInstance",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "root",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="family",
                        to="workflows.processinstance",
                        verbose_name="root instance",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="workflows.processinstance",
                    ),
                ),
                ("parent_step", models.CharField(blank=True, max_length=200)),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instances",
                        to="bpmn.processversion",
                    ),
                ),
                ("process_key", models.CharField(max_length=200, verbose_name="process")),
                ("number", models.CharField(blank=True, max_length=200, verbose_name="business key")),
                ("record_kind", models.CharField(blank=True, max_length=100)),
                ("record_id", models.CharField(blank=True, max_length=64)),
                ("org_unit", models.CharField(blank=True, max_length=64)),
                ("start_message", models.CharField(blank=True, max_length=200)),
                ("start_key", models.CharField(blank=True, max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("suspended", "Suspended"),
                            ("completed", "Completed"),
                            ("terminated", "Terminated"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="running",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("state", models.BinaryField()),
                ("revision", models.PositiveIntegerField(default=0)),
                ("history_length", models.PositiveIntegerField(default=0)),
                (
                    "started_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="started_instances",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("moved_at", models.DateTimeField(verbose_name="last step")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("ends", models.JSONField(blank=True, default=list)),
                ("outcome", models.CharField(blank=True, max_length=200, verbose_name="outcome")),
            ],
            options={
                "verbose_name": "process instance",
                "verbose_name_plural": "process instances",
                "indexes": [
                    models.Index(fields=["root", "parent"], name="wf_inst_family"),
                    models.Index(fields=["record_kind", "record_id", "-started_at"], name="wf_inst_record"),
                    models.Index(fields=["process_key", "-started_at"], name="wf_inst_process"),
                    models.Index(
                        condition=models.Q(("status__in", ["running", "suspended"])),
                        fields=["process_key", "-started_at"],
                        name="wf_inst_live",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["running", "suspended"])),
                        fields=["version"],
                        name="wf_inst_version",
                    ),
                    models.Index(fields=["started_by", "-started_at"], name="wf_inst_starter"),
                    models.Index(
                        condition=models.Q(("number", ""), _negated=True), fields=["number"], name="wf_inst_number"
                    ),
                    models.Index(
                        condition=models.Q(
                            ("status__in", ["running", "suspended"]), models.Q(("start_key", ""), _negated=True)
                        ),
                        fields=["start_message", "start_key", "process_key"],
                        name="wf_inst_start_key",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("status__in", ["running", "suspended"])),
                            models.Q(
                                ("ended_at__isnull", False), ("status__in", ["completed", "terminated", "cancelled"])
                            ),
                            _connector="OR",
                        ),
                        name="wf_inst_ended_when_over",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", False), ("status__in", ["running", "suspended"])),
                        fields=("parent", "parent_step"),
                        name="wf_inst_one_live_child_per_step",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "instance",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="incidents",
                        to="workflows.processinstance",
                    ),
                ),
                ("step", models.CharField(max_length=200)),
                ("element", models.TextField()),
                ("kind", models.CharField(max_length=30, verbose_name="kind")),
                ("message", models.TextField(verbose_name="message")),
                ("detail", models.TextField(blank=True, verbose_name="detail")),
                ("failures", models.PositiveSmallIntegerField(default=1)),
                ("retries_left", models.PositiveSmallIntegerField(default=0)),
                ("next_retry_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resolution",
                    models.CharField(
                        blank=True,
                        choices=[("retried", "Retry succeeded"), ("left", "The step was left")],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "verbose_name": "incident",
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)), fields=["-opened_at"], name="wf_incident_open"
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True), ("next_retry_at__isnull", False)),
                        fields=["next_retry_at"],
                        name="wf_incident_retry",
                    ),
                    models.Index(fields=["instance", "opened_at"], name="wf_incident_instance"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("instance", "step"),
                        name="wf_incident_one_open_per_step",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoryEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "instance",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="history",
                        to="workflows.processinstance",
                    ),
                ),
                ("sequence", models.PositiveIntegerField()),
                ("revision", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("stimulus", "Asked for"),
                            ("entered", "Reached"),
                            ("completed", "Completed"),
                            ("cancelled", "Withdrawn"),
                            ("flow", "Went along"),
                            ("variables", "Variables changed"),
                            ("called", "Carried out"),
                            ("looked-up", "Looked up"),
                            ("decided", "Decided by table"),
                            ("condition", "Condition"),
                            ("warning", "Warning"),
                            ("incident", "Incident"),
                            ("ended", "Ended"),
                            ("suspended", "Suspended"),
                            ("resumed", "Resumed"),
                            ("rekeyed", "Moved to another record"),
                        ],
                        max_length=20,
                    ),
                ),
                ("element", models.TextField(blank=True)),
                ("step", models.CharField(blank=True, max_length=200)),
                ("data", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "history event",
                "constraints": [models.UniqueConstraint(fields=("instance", "sequence"), name="wf_history_sequence")],
            },
        ),
        migrations.CreateModel(
            name="Effect",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "instance",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="effects",
                        to="workflows.processinstance",
                    ),
                ),
                ("element", models.TextField()),
                ("loop", models.PositiveIntegerField()),
                ("step", models.CharField(max_length=200)),
                ("type", models.CharField(max_length=200)),
                ("idempotency_key", models.CharField(max_length=500, unique=True)),
                ("inputs", models.JSONField(default=dict)),
                ("headers", models.JSONField(default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("claimed", "Being carried out"),
                            ("answered", "Answered, not yet handed to the process"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("max_attempts", models.PositiveSmallIntegerField(default=3)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("claim", models.UUIDField(blank=True, null=True)),
                ("answer", models.JSONField(blank=True, null=True)),
                ("next_attempt_at", models.DateTimeField()),
                ("requested_at", models.DateTimeField()),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("failure", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "effect",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["pending", "claimed", "answered"])),
                        fields=["next_attempt_at", "id"],
                        name="wf_effect_due",
                    ),
                    models.Index(fields=["instance", "step"], name="wf_effect_step"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("instance", "element", "loop"), name="wf_effect_once_per_activation"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Timer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "instance",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="timers",
                        to="workflows.processinstance",
                    ),
                ),
                (
                    "root",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="family_timers",
                        to="workflows.processinstance",
                    ),
                ),
                ("timer", models.CharField(max_length=200)),
                ("element", models.TextField()),
                ("due", models.DateTimeField(blank=True, null=True)),
                ("repetitions", models.IntegerField(blank=True, null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("not_before", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "timer",
                "indexes": [
                    models.Index(condition=models.Q(("due__isnull", False)), fields=["due", "id"], name="wf_timer_due")
                ],
                "constraints": [models.UniqueConstraint(fields=("instance", "timer"), name="wf_timer_once")],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "instance",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="workflows.processinstance",
                    ),
                ),
                (
                    "root",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="family_subscriptions",
                        to="workflows.processinstance",
                    ),
                ),
                ("process_key", models.CharField(max_length=200)),
                ("subscription", models.CharField(max_length=200)),
                ("element", models.TextField()),
                ("name", models.CharField(max_length=200)),
                ("correlation_key", models.CharField(blank=True, max_length=200)),
                ("signal", models.BooleanField(default=False)),
                ("opened_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "subscription",
                "indexes": [models.Index(fields=["name", "correlation_key", "signal"], name="wf_subscription_name")],
                "constraints": [
                    models.UniqueConstraint(fields=("instance", "subscription"), name="wf_subscription_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="BufferedMessage",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("correlation_key", models.CharField(blank=True, max_length=200)),
                ("message_id", models.CharField(max_length=500, unique=True)),
                ("variables", models.JSONField(default=dict)),
                ("taken_by", models.JSONField(default=list)),
                ("published_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "buffered message",
                "indexes": [
                    models.Index(fields=["name", "correlation_key", "published_at"], name="wf_buffered_name"),
                    models.Index(fields=["expires_at"], name="wf_buffered_expiry"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("message", "Message"),
                            ("signal", "Signal"),
                            ("receive", "Hand to a waiting instance"),
                            ("start", "Start"),
                            ("operation", "Operation on an instance"),
                        ],
                        max_length=12,
                    ),
                ),
                ("idempotency_key", models.CharField(max_length=500, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("done", "Done"),
                            ("dropped", "Not needed any more"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200)),
                ("correlation_key", models.CharField(blank=True, max_length=200)),
                ("variables", models.JSONField(default=dict)),
                ("process_key", models.CharField(blank=True, max_length=200)),
                ("event", models.CharField(blank=True, max_length=200)),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="incoming_deliveries",
                        to="workflows.processinstance",
                    ),
                ),
                ("subscription", models.CharField(blank=True, max_length=200)),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workflows.bufferedmessage",
                    ),
                ),
                ("record_kind", models.CharField(blank=True, max_length=100)),
                ("record_id", models.CharField(blank=True, max_length=64)),
                ("number", models.CharField(blank=True, max_length=200)),
                ("time_to_live", models.DurationField(blank=True, null=True)),
                (
                    "origin",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sent_deliveries",
                        to="workflows.processinstance",
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "result",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workflows.processinstance",
                    ),
                ),
                ("failure", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "delivery",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "pending")),
                        fields=["next_attempt_at", "id"],
                        name="wf_delivery_due",
                    ),
                    models.Index(
                        condition=models.Q(("status", "failed")), fields=["requested_at"], name="wf_delivery_failed"
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["done", "dropped"])),
                        fields=["finished_at"],
                        name="wf_delivery_done",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StartTimer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="start_timers",
                        to="bpmn.processversion",
                    ),
                ),
                ("process_key", models.CharField(max_length=200)),
                ("event", models.CharField(max_length=200)),
                ("due", models.DateTimeField(blank=True, null=True)),
                ("text", models.TextField(blank=True)),
                ("every", models.TextField(blank=True)),
                ("left", models.IntegerField(default=0)),
                ("fired", models.PositiveIntegerField(default=0)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("not_before", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "start timer",
                "indexes": [
                    models.Index(condition=models.Q(("due__isnull", False)), fields=["due"], name="wf_start_timer_due")
                ],
                "constraints": [models.UniqueConstraint(fields=("process_key", "event"), name="wf_start_timer_once")],
            },
        ),
    ]
