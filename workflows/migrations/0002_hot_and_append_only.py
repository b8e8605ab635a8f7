"""Cheap updates of hot instances, and a history that can only be added to."""

from django.db import migrations

HOT = """
ALTER TABLE workflows_processinstance SET (fillfactor = 70);
ALTER TABLE workflows_processinstance ALTER COLUMN state SET STORAGE EXTERNAL;
"""
HOT_BACK = """
ALTER TABLE workflows_processinstance RESET (fillfactor);
ALTER TABLE workflows_processinstance ALTER COLUMN state SET STORAGE EXTENDED;
"""
APPEND_ONLY = """
CREATE FUNCTION workflows_history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('baton.history_maintenance', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'process history is append-only';
END $$;
CREATE TRIGGER workflows_history_append_only BEFORE UPDATE OR DELETE ON workflows_historyevent
FOR EACH ROW EXECUTE FUNCTION workflows_history_is_append_only();
"""
APPEND_ONLY_BACK = """
DROP TRIGGER workflows_history_append_only ON workflows_historyevent;
DROP FUNCTION workflows_history_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("workflows", "0001_initial")]

    operations = [
        migrations.RunSQL(HOT, HOT_BACK),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_BACK),
    ]
