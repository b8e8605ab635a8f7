from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_audit_forgets_persons")]

    operations = [
        migrations.AddField(
            model_name="substitution",
            name="settled_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="substitution",
            index=models.Index(
                condition=models.Q(("settled_at", None)), fields=["ends"], name="substitution_unsettled"
            ),
        ),
    ]
