"""Devices on which people allowed news, and pushes among what leaves the house."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


def silence_devices(apps, schema_editor):
    """Who silenced a kind of news in every way there was goes on hearing nothing of it."""
    apps.get_model("notifications", "Preference").objects.filter(in_app=False, email=False).update(push=False)


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_bots"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="pushed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="preference",
            name="push",
            field=models.BooleanField(db_default=True, default=True, verbose_name="on devices"),
        ),
        migrations.RunPython(silence_devices, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="sending",
            name="channel",
            field=models.CharField(
                choices=[("mail", "Letter"), ("daily", "Daily letter"), ("bot", "Bot"), ("push", "Push")], max_length=8
            ),
        ),
        migrations.CreateModel(
            name="PushSubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("endpoint", models.CharField(max_length=1500, unique=True, verbose_name="address")),
                ("host", models.CharField(max_length=255, verbose_name="host")),
                ("p256dh", models.CharField(max_length=100)),
                ("auth", models.CharField(max_length=40)),
                ("browser", models.CharField(blank=True, max_length=300, verbose_name="browser")),
                ("created_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("not_before", models.DateTimeField()),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_subscriptions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "device",
                "verbose_name_plural": "devices",
                "ordering": ["created_at", "pk"],
            },
        ),
        migrations.AddField(
            model_name="sending",
            name="device",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sendings",
                to="notifications.pushsubscription",
            ),
        ),
        migrations.AddIndex(
            model_name="sending",
            index=models.Index(
                models.F("device"),
                models.F("created_at"),
                condition=models.Q(("device", None), _negated=True),
                name="sending_of_device",
            ),
        ),
    ]
