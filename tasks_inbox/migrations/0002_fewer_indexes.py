"""Tables come without indexes that others repeat or nobody asks; a database made earlier loses them here."""

from django.db import migrations

REPEATED = (
    "tasks_inbox_workitem_instance_id_c1ded9bd",
    "tasks_inbox_workitem_org_unit_id_f287d628",
    "tasks_inbox_workitem_assignee_id_6243d4f3",
    "tasks_inbox_workitem_ended_by_id_609e21bf",
    "tasks_inbox_candidate_user_id_d6f35823",
    "tasks_inbox_draft_item_id_ce9ab3dd",
    "tasks_inbox_comment_item_id_d79501ee",
    "tasks_inbox_workitemevent_item_id_f14b566e",
    "tasks_inbox_workitemevent_actor_id_72c3a20d",
    "tasks_inbox_workitemevent_on_behalf_of_id_d525b199",
)


class Migration(migrations.Migration):
    dependencies = [("tasks_inbox", "0001_initial")]

    operations = [migrations.RunSQL(f"DROP INDEX IF EXISTS {', '.join(REPEATED)}", migrations.RunSQL.noop)]
