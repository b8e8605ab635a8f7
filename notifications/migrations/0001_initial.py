"""The tables of notifications and of what each person wants to be told."""

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
            name="Notification",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("template", models.CharField(max_length=64)),
                ("data", models.JSONField(default=dict)),
                ("subject_kind", models.CharField(blank=True, max_length=64)),
                ("subject_id", models.CharField(blank=True, max_length=64)),
                (
                    "urgency",
                    models.CharField(
                        choices=[("normal", "Normal"), ("breach", "Late or unsafe: always sent")],
                        default="normal",
                        max_length=16,
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=255)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("mail_after", models.DateTimeField(blank=True, null=True)),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("user"),
                        models.OrderBy(models.F("created_at"), descending=True),
                        models.F("id"),
                        name="notification_of_user",
                    ),
                    models.Index(models.F("user"), condition=models.Q(("read_at", None)), name="notification_unread"),
                    models.Index(
                        models.F("mail_after"),
                        condition=models.Q(
                            ("mailed_at", None), ("read_at", None), models.Q(("mail_after", None), _negated=True)
                        ),
                        name="notification_to_mail",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("user", "key"),
                        name="notification_once_per_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notification_preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("template", models.CharField(max_length=64)),
                ("in_app", models.BooleanField(default=True, verbose_name="in the product")),
                ("email", models.BooleanField(default=True, verbose_name="by e-mail")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "template"), name="preference_once")],
            },
        ),
    ]
