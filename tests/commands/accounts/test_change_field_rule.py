"""Editing who sees a field."""

from __future__ import annotations

import pytest

from accounts.changes import ChangeKind
from accounts.commands import change_field_rule
from accounts.exceptions import InvalidValue, NotAllowed
from accounts.models import User
from accounts.scopes import mask_for


def test_it_works(admin, alice, bob, audited, told):
    assert "id_no" in mask_for(alice, "customer")
    with told() as heard:
        change_field_rule(actor=admin, role="sales", kind="customer", field="id_no", effect="open")
    assert "id_no" not in mask_for(User.objects.get(pk=alice.pk), "customer")
    assert audited("rights.field_rule_changed").data["effect"] == ["", "open"]
    assert [(change.kind, change.users) for change in heard] == [(ChangeKind.RIGHTS, {alice.pk, bob.pk})]


def test_for_everybody_without_a_rule_of_their_own(admin, alice, told):
    with told() as heard:
        change_field_rule(actor=admin, role=None, kind="customer", field="hobbies", effect="hidden")
    assert "hobbies" in mask_for(User.objects.get(pk=alice.pk), "customer")
    assert [change.users for change in heard] == [None]


def test_an_outsider_is_refused(charlie, branch_admin):
    for actor in (charlie, branch_admin):
        with pytest.raises(NotAllowed):
            change_field_rule(actor=actor, role="sales", kind="customer", field="id_no", effect="open")


def test_an_unknown_effect_is_refused(admin):
    with pytest.raises(InvalidValue):
        change_field_rule(actor=admin, role="sales", kind="customer", field="id_no", effect="blurred")
