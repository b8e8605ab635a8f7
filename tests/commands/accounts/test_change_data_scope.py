"""Editing what a role may do."""

from __future__ import annotations

import pytest

from accounts import defaults
from accounts.changes import ChangeKind
from accounts.commands import change_data_scope
from accounts.exceptions import InvalidValue, NobodyThere, NotAllowed
from accounts.models import User
from accounts.permissions import may


def test_it_works(admin, alice, bob, charlie, audited, told):
    assert not may(alice, "delete", "customer")
    with told() as heard:
        change_data_scope(actor=admin, role="sales", kind="customer", scope="own", actions=["view", "delete"])
    assert may(User.objects.get(pk=alice.pk), "delete", "customer")
    assert not may(User.objects.get(pk=alice.pk), "create", "customer")
    assert "delete" in audited("rights.scope_changed").data["actions"][1]
    assert [(change.kind, change.users) for change in heard] == [(ChangeKind.RIGHTS, {alice.pk, bob.pk, charlie.pk})]


def test_a_right_taken_away_does_not_come_back_with_the_defaults(admin, alice):
    for scope in ("own", "team"):
        change_data_scope(actor=admin, role="sales", kind="customer", scope=scope, actions=[])
    defaults.install()
    assert not may(User.objects.get(pk=alice.pk), "view", "customer")


def test_an_outsider_is_refused(charlie, branch_admin, director):
    for actor in (charlie, branch_admin, director):
        with pytest.raises(NotAllowed):
            change_data_scope(actor=actor, role="sales", kind="customer", scope="all", actions=["view"])


@pytest.mark.parametrize(("scope", "actions"), [("galaxy", ["view"]), ("all", ["steal"])])
def test_unknown_reaches_and_actions_are_refused(admin, scope, actions):
    with pytest.raises(InvalidValue):
        change_data_scope(actor=admin, role="sales", kind="customer", scope=scope, actions=actions)


def test_an_unknown_role_is_refused(admin):
    with pytest.raises(NobodyThere):
        change_data_scope(actor=admin, role="wizard", kind="customer", scope="all", actions=["view"])
