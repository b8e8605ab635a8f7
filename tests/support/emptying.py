"""After a test that committed, the database is what migrating made: what was touched is emptied and filled again."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import TransactionTestCase

LARGE_BYTES = 1_000_000
"""A table that has grown beyond this is truncated: what is only deleted stays in its files."""
PUT_BACK = f"""
CREATE FUNCTION migrated.put_back() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
    filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica; -- no foreign keys to check, and nothing refuses a deletion
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
        CONTINUE WHEN NOT filled;
        IF pg_relation_size(format('public.%I', name)) > {LARGE_BYTES} THEN
            EXECUTE format('TRUNCATE public.%I CASCADE', name);
        ELSE
            EXECUTE format('DELETE FROM public.%I', name);
        END IF;
    END LOOP;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'migrated' AND tablename <> 'django_migrations' LOOP
        EXECUTE format('INSERT INTO public.%I SELECT * FROM migrated.%I', name, name);
    END LOOP;
END $$"""
KEEP = """
DO $$
DECLARE
    name text;
    filled boolean;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
        IF filled THEN
            EXECUTE format('CREATE TABLE migrated.%I AS TABLE public.%I', name, name);
        END IF;
    END LOOP;
END $$"""
IS_NEW = """
SELECT EXISTS (SELECT app, name FROM django_migrations EXCEPT SELECT app, name FROM migrated.django_migrations)"""


def keep_what_migrating_made() -> None:
    """Copy what migrating put into the tables; a database that is used again is put back to its copy.

    The role must be a superuser of a server for tests: some tables refuse deletions.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('migrated.django_migrations') IS NOT NULL")
        if cursor.fetchone() == (True,):
            cursor.execute(IS_NEW)
            if cursor.fetchone() == (False,):
                put_back()
                return
        cursor.execute(f"DROP SCHEMA IF EXISTS migrated CASCADE; CREATE SCHEMA migrated; {KEEP}; {PUT_BACK}")
        cursor.execute("CREATE TABLE migrated.django_migrations AS TABLE django_migrations")


def put_back() -> None:
    """Make the database what migrating made. Waits for transactions that hold rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT migrated.put_back()")


def replace_flushing(patch: pytest.MonkeyPatch) -> None:
    """Let this end every test that commits: Django's way takes half a second and forgets what migrations wrote."""
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: put_back())
