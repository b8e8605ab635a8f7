"""The root of a family says whether an act on it is held for its author to take back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0012_people_without_locks")]

    operations = [
        migrations.AddField(
            model_name="processinstance",
            name="has_held_acts",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
