"""What a new company starts with."""

from __future__ import annotations

import pytest

from accounts import defaults
from accounts.default_rights import MATRIX
from accounts.models import DataScope, FieldRule, Role, WorkCalendar

pytestmark = pytest.mark.django_db


def test_the_roles_of_the_processes_are_there():
    assert set(defaults.ROLES) == set(MATRIX) == set(Role.objects.values_list("code", flat=True))
    assert all(role.name_zh for role in Role.objects.all())


def test_installing_again_adds_nothing_and_restores_nothing():
    Role.objects.filter(pk="sales").update(name="Seller")
    WorkCalendar.objects.update(zone="Asia/Tokyo")
    counts = [model.objects.count() for model in (Role, DataScope, FieldRule, WorkCalendar)]
    defaults.install()
    assert counts == [model.objects.count() for model in (Role, DataScope, FieldRule, WorkCalendar)]
    assert Role.objects.get(pk="sales").name == "Seller"
    assert WorkCalendar.objects.get().zone == "Asia/Tokyo"


def test_what_is_missing_is_added():
    DataScope.objects.filter(kind="customer").delete()
    FieldRule.objects.filter(role=None).delete()
    defaults.install()
    assert DataScope.objects.filter(kind="customer", role="sales").exists()
    assert FieldRule.objects.filter(role=None, kind="customer", field="id_no").exists()


@pytest.mark.parametrize("role", sorted(MATRIX))
def test_only_the_owning_department_edits(role):
    """Customers: sales, the customer-data office and administrators. Plans: marketing. Requests: service."""
    editors = {
        "customer": {"sales", "sales-manager", "customer-data", "admin"},
        "marketing_plan": {"marketing-analyst", "marketing-manager", "hq-marketing"},
        "opportunity": {"sales", "sales-manager"},
        "macro": {"top-management"},
        "arrears": {"finance", "customer-data", "admin"},
    }
    for kind, allowed in editors.items():
        may_edit = any("change" in actions for actions in MATRIX[role].get(kind, {}).values())
        assert may_edit == (role in allowed), kind
