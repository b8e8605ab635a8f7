import django.db.models.deletion
import tasks_inbox.models.events
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tasks_inbox", "0004_people_without_locks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="workitem",
            name="on_behalf_of",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                models.F("on_behalf_of"),
                models.F("id"),
                condition=models.Q(("status", "open"), models.Q(("on_behalf_of", None), _negated=True)),
                name="work_item_on_behalf",
            ),
        ),
        migrations.AlterField(
            model_name="workitemevent",
            name="kind",
            field=models.CharField(choices=tasks_inbox.models.events.kinds, max_length=16),
        ),
    ]
