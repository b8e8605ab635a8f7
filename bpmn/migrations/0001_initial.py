"""The tables of process definitions, their versions and files."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProcessDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True, verbose_name="key")),
                ("name", models.CharField(max_length=300, verbose_name="name")),
                ("category", models.CharField(blank=True, max_length=100, verbose_name="category")),
                ("record_kind", models.CharField(blank=True, max_length=100, verbose_name="record kind")),
                ("area", models.CharField(blank=True, max_length=100, verbose_name="area")),
                ("startable_by", models.JSONField(blank=True, default=list, verbose_name="who may start it")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
            ],
            options={
                "verbose_name": "process",
                "verbose_name_plural": "processes",
                "ordering": ["key"],
            },
        ),
        migrations.CreateModel(
            name="Deployment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("note", models.TextField(blank=True, verbose_name="note")),
            ],
            options={
                "verbose_name": "deployment",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="ProcessVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="bpmn.processdefinition",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                (
                    "deployment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="bpmn.deployment"
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="name")),
                ("diagram", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[("live", "Live"), ("replaced", "Replaced"), ("withdrawn", "Withdrawn")],
                        default="live",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
            ],
            options={
                "verbose_name": "process version",
                "ordering": ["definition", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("definition", "number"), name="bpmn_version_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "live")), fields=("definition",), name="bpmn_version_one_live"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VersionFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="bpmn.processversion"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("version", "name"), name="bpmn_file_name")],
            },
        ),
        migrations.CreateModel(
            name="StartSubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="starts", to="bpmn.processversion"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("none", "By hand"), ("message", "Message"), ("signal", "Signal"), ("timer", "Timer")],
                        max_length=10,
                    ),
                ),
                ("element", models.CharField(max_length=200)),
                ("name", models.CharField(blank=True, max_length=300)),
                ("timer_kind", models.CharField(blank=True, max_length=20)),
                ("timer", models.TextField(blank=True)),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "name"], name="bpmn_start_name")],
                "constraints": [models.UniqueConstraint(fields=("version", "element"), name="bpmn_start_element")],
            },
        ),
    ]
