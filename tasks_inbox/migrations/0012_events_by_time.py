"""What people did, found by when they did it: one small index over a table that only grows."""

import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tasks_inbox", "0011_seen_and_phrases"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="workitemevent",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="work_item_event_by_time"),
        ),
    ]
