"""Bots that post into chats, and their posts among what leaves the house."""

import config.clock
import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0002_letters_and_quiet_hours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="sending",
            name="channel",
            field=models.CharField(
                choices=[("mail", "Letter"), ("daily", "Daily letter"), ("bot", "Bot")], max_length=8
            ),
        ),
        migrations.CreateModel(
            name="Bot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public id"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=config.clock.now, editable=False, verbose_name="created at"),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=config.clock.now, editable=False, verbose_name="changed at"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("feishu", "Feishu or Lark"),
                            ("dingtalk", "DingTalk"),
                            ("wecom", "WeCom"),
                            ("slack", "Slack"),
                            ("other", "Another program (signed JSON)"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("address_sealed", models.BinaryField(verbose_name="address")),
                ("host", models.CharField(max_length=255, verbose_name="host")),
                ("secret_sealed", models.BinaryField(blank=True, default=b"", verbose_name="secret")),
                ("audience", models.CharField(max_length=128, verbose_name="who reads it")),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None, verbose_name="posts about"
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="text")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("zh-hans", "简体中文")],
                        default="en",
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="switched on")),
                ("read_until", models.DateTimeField()),
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
            ],
            options={
                "verbose_name": "bot",
                "verbose_name_plural": "bots",
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="sending",
            name="bot",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sendings",
                to="notifications.bot",
            ),
        ),
        migrations.AddIndex(
            model_name="sending",
            index=models.Index(
                models.F("bot"),
                models.F("created_at"),
                condition=models.Q(("bot", None), _negated=True),
                name="sending_of_bot",
            ),
        ),
    ]
