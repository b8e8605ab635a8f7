"""Erasing a person reaches the audit log, too: within a transaction that says so, an entry's details may change."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION accounts_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('baton.audit_erasure', true) = 'on'
        AND (NEW.id, NEW.at, NEW.actor_id, NEW.event, NEW.subject_kind, NEW.subject_id)
            IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.actor_id, OLD.event, OLD.subject_kind, OLD.subject_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The audit log is append only.' USING ERRCODE = 'restrict_violation';
END
$$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION accounts_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is append only.' USING ERRCODE = 'restrict_violation';
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
