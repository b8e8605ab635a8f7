"""The audit log cannot be rewritten."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from accounts import audit
from accounts.models import AuditEvent


def test_an_entry_names_who_what_and_when(clock, alice, admin):
    entry = audit.record("role.assigned", actor=admin, subject=alice, data={"role": "finance"}, address="10.0.0.1")
    assert (entry.at, entry.actor, entry.subject_kind, entry.subject_id) == (
        clock.now(),
        admin,
        "user",
        str(alice.public_id),
    )


def test_the_database_refuses_to_change_it(alice):
    audit.record("export.made", actor=alice, subject_kind="customer", data={"rows": 12})
    with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
        AuditEvent.objects.update(data={})


def test_the_database_refuses_to_delete_it(alice):
    audit.record("export.made", actor=alice)
    with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
        AuditEvent.objects.all().delete()
