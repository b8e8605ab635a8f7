"""The tables of work items, their candidates, drafts, comments and events."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_audit_append_only"),
        ("accounts", "__first__"),
        ("workflows", "0002_hot_and_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkItem",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "instance",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="work_items",
                        to="workflows.processinstance",
                    ),
                ),
                ("step", models.CharField(max_length=64)),
                ("element", models.CharField(max_length=255)),
                ("loop", models.PositiveIntegerField(default=1)),
                ("name", models.CharField(blank=True, max_length=255)),
                ("process_key", models.CharField(max_length=255)),
                ("record_kind", models.CharField(blank=True, max_length=64)),
                ("record_id", models.CharField(blank=True, max_length=64)),
                ("record_number", models.CharField(blank=True, max_length=64)),
                (
                    "org_unit",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.orgunit",
                        verbose_name="unit",
                    ),
                ),
                ("form", models.CharField(blank=True, max_length=255)),
                ("headers", models.JSONField(default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("completed", "Completed"), ("cancelled", "Withdrawn")],
                        default="open",
                        max_length=16,
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="work_items",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("priority", models.PositiveSmallIntegerField(default=50)),
                ("created_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("follow_up_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="finished_work_items",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("outcome", models.CharField(blank=True, max_length=64)),
                ("answers", models.JSONField(default=dict)),
                ("reminded_percent", models.PositiveSmallIntegerField(default=0)),
                ("next_reminder_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("assignee"),
                        models.OrderBy(models.F("due_at"), nulls_last=True),
                        models.F("created_at"),
                        models.F("id"),
                        condition=models.Q(("status", "open")),
                        name="work_item_mine",
                    ),
                    models.Index(
                        models.F("ended_by"),
                        models.OrderBy(models.F("ended_at"), descending=True),
                        models.F("id"),
                        condition=models.Q(("status", "open"), _negated=True),
                        name="work_item_done",
                    ),
                    models.Index(
                        models.F("record_kind"),
                        models.F("record_id"),
                        condition=models.Q(("status", "open")),
                        name="work_item_record",
                    ),
                    models.Index(
                        models.F("org_unit"),
                        models.F("due_at"),
                        models.F("id"),
                        condition=models.Q(("status", "open")),
                        name="work_item_of_unit",
                    ),
                    models.Index(
                        models.F("next_reminder_at"), condition=models.Q(("status", "open")), name="work_item_reminder"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("instance", "step"), name="work_item_once_per_step"),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("instance", "element", "loop"),
                        name="work_item_once_per_loop",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Candidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="candidates",
                        to="tasks_inbox.workitem",
                    ),
                ),
                ("group_key", models.CharField(blank=True, max_length=128)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("escalated", models.BooleanField(default=False)),
                ("available", models.BooleanField(default=True)),
                ("sort_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("group_key"),
                        models.F("sort_at"),
                        models.F("created_at"),
                        models.F("item"),
                        condition=models.Q(("available", True), ("user", None)),
                        name="candidate_group_queue",
                    ),
                    models.Index(
                        models.F("user"),
                        models.F("sort_at"),
                        models.F("created_at"),
                        models.F("item"),
                        condition=models.Q(("available", True), models.Q(("user", None), _negated=True)),
                        name="candidate_user_queue",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("user", None)), fields=("item", "group_key"), name="candidate_group_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("user", None), _negated=True),
                        fields=("item", "user"),
                        name="candidate_user_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="tasks_inbox.workitem",
                    ),
                ),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ("answers", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("item", "user"), name="draft_once_per_person")],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="tasks_inbox.workitem",
                    ),
                ),
                ("author", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["item", "at"], name="comment_of_item")],
            },
        ),
        migrations.CreateModel(
            name="WorkItemEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="tasks_inbox.workitem",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("created", "arrived"),
                            ("claimed", "took the task"),
                            ("released", "gave the task back"),
                            ("transferred", "transferred the task"),
                            ("completed", "completed the task"),
                            ("cancelled", "task was withdrawn"),
                            ("commented", "commented"),
                            ("reminded", "reminder sent"),
                            ("escalated", "escalated"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("data", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [models.Index(fields=["item", "at"], name="work_item_event_of_item")],
            },
        ),
    ]
