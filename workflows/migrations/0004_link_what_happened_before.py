"""Links the events that are there already, and lets seals only be added to.

In transactions of their own, so that a stop in between goes on where it was.
"""

import orjson
from django.db import migrations, transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from workflows import chaining

BATCH = 200
LINK = """
UPDATE workflows_historyevent AS event
SET version_id = linked.version, salt = linked.salt, digest = linked.digest, link = linked.link
FROM jsonb_to_recordset(%s::jsonb) AS linked (id bigint, version uuid, salt bytea, digest bytea, link bytea)
WHERE event.id = linked.id
"""
END = "UPDATE workflows_processinstance SET history_head = %s, history_length = %s WHERE id = %s"
ONLY_ADDED = """
CREATE TRIGGER workflows_seals_append_only BEFORE UPDATE OR DELETE ON workflows_historyseal
FOR EACH ROW EXECUTE FUNCTION workflows_history_is_append_only();
CREATE TRIGGER workflows_sealed_append_only BEFORE UPDATE OR DELETE ON workflows_sealedhead
FOR EACH ROW EXECUTE FUNCTION workflows_history_is_append_only();
"""
ONLY_ADDED_BACK = """
DROP TRIGGER workflows_seals_append_only ON workflows_historyseal;
DROP TRIGGER workflows_sealed_append_only ON workflows_sealedhead;
"""


def link_all(apps, schema_editor):
    instances = apps.get_model("workflows", "ProcessInstance").objects.filter(history_head=b"", history_length__gt=0)
    while True:
        batch = list(instances.order_by("pk").only("pk", "version_id")[:BATCH])
        if not batch:
            return
        with transaction.atomic(), schema_editor.connection.cursor() as cursor:
            cursor.execute("SET LOCAL baton.history_maintenance = 'on'")
            for instance in batch:
                link_instance(apps, cursor, instance)


def link_instance(apps, cursor, instance):
    events = apps.get_model("workflows", "HistoryEvent").objects.filter(instance=instance).order_by("sequence")
    events = events.defer("data").annotate(text=Cast("data", TextField()))
    head, sequence, linked = chaining.GENESIS, 0, []
    for event in events.iterator():
        sequence = event.sequence
        salt = next(chaining.salts(1))
        digest = chaining.digest(salt, chaining.payload(orjson.loads(event.text)))
        common = chaining.Advanced(instance.pk, event.revision, event.at, event.actor_id, instance.version_id)
        own = chaining.own_envelope(sequence, event.kind, event.element, event.step)
        head = chaining.link(head, digest, common.envelope(), own)
        linked.append(
            {
                "id": event.pk,
                "version": str(instance.version_id),
                "salt": f"\\x{salt.hex()}",
                "digest": f"\\x{digest.hex()}",
                "link": f"\\x{head.hex()}",
            }
        )
    cursor.execute(LINK, [orjson.dumps(linked).decode()])
    cursor.execute(END, [head, sequence, instance.pk])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("workflows", "0003_chained_sealed_archived")]

    operations = [
        migrations.RunSQL(ONLY_ADDED, ONLY_ADDED_BACK),
        migrations.RunPython(link_all, migrations.RunPython.noop, elidable=True),
    ]
