"""Administration: every page opens for administrators and for nobody else, and each act is one command."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import DataScope, OrgUnit, RoleAssignment, Substitution, User, WorkCalendar
from tests.factories import CalendarFactory, SubstitutionFactory, UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PAGES = (
    "admin_people",
    "admin_person_new",
    "admin_units",
    "admin_unit_new",
    "admin_rights",
    "admin_substitutions",
    "admin_substitution_new",
    "admin_calendars",
    "admin_calendar_new",
    "admin_queues",
    "admin_retention",
)


def of(name: str, row: User | OrgUnit | WorkCalendar) -> str:
    return reverse(name, args=[row.public_id])


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens(as_, admin, name, language):
    admin.language = language
    admin.save(update_fields=["language"])
    page = as_(admin).get(reverse(name))
    assert page.status_code == 200
    assert ('<html lang="zh-Hans"' in page.content.decode()) == (language == "zh-hans")


@pytest.mark.parametrize("name", PAGES)
def test_not_for_others(as_, charlie, operator, name):
    assert as_(charlie).get(reverse(name)).status_code == 403
    assert as_(operator).get(reverse(name)).status_code == 403


def test_who_is_not_signed_in_goes_to_the_sign_in_page(client):
    assert client.get(reverse("admin_people"))["Location"].startswith(reverse("account_login"))


def test_people_are_found_and_narrowed(as_, admin, alice, charlie):
    client = as_(admin)
    found = client.get(reverse("admin_people"), {"q": "ali"}).context["page"].rows
    assert found == [alice]
    narrowed = client.get(reverse("admin_people"), {"unit": "SH", "role": "sales"}).context["page"].rows
    assert narrowed == [charlie]


def test_a_branch_administrator_sees_the_branch(as_, branch_admin, alice, charlie):
    rows = as_(branch_admin).get(reverse("admin_people")).context["page"].rows
    assert alice in rows
    assert charlie not in rows
    assert as_(branch_admin).get(of("admin_person", charlie)).status_code == 404


@pytest.mark.parametrize("name", ["admin_people", "admin_units", "admin_substitutions"])
def test_queries_do_not_grow_with_the_rows(as_, admin, alice, units, name):
    client = as_(admin)
    SubstitutionFactory(substituted=alice, substitute=UserFactory(org_unit=units["HZ"]))
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(name))
    for _number in range(10):
        person = UserFactory(org_unit=units["HZ"], manager=alice)
        SubstitutionFactory(substituted=person, substitute=alice)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(name))
    assert len(many) == len(few)


def test_a_person_is_added(as_, admin, units):
    given = {"username": "li.wei", "unit_id": str(units["HZ"].public_id), "last_name": "Li", "capacity": "20"}
    answer = as_(admin).post(reverse("admin_person_new"), given)
    person = User.objects.get(username="li.wei")
    assert answer["Location"] == of("admin_person", person)
    assert person.org_unit == units["HZ"]


def test_a_refusal_is_said_at_its_field(as_, admin, alice, units):
    given = {"username": "alice", "unit_id": str(units["HZ"].public_id), "capacity": "20"}
    answer = as_(admin).post(reverse("admin_person_new"), given, headers=HTMX)
    assert answer.status_code == 422
    assert answer.context["form"].errors["username"] == ["This username is taken."]


def test_a_person_is_changed_but_not_over_somebody_elses_change(as_, admin, alice, bob):
    client, address = as_(admin), of("admin_person_edit", alice)
    assert client.get(address, headers=HTMX).status_code == 200
    given = {"first_name": "Alicia", "last_name": "Lin", "capacity": "9", "manager_id": str(bob.pk)}
    client.post(address, given | {"version": str(alice.version)})
    fresh = User.objects.get(pk=alice.pk)
    assert (fresh.first_name, fresh.capacity, fresh.manager) == ("Alicia", 9, bob)
    assert client.post(address, given | {"version": str(alice.version)}).status_code == 422


def test_moved_let_go_and_let_in_again(as_, admin, alice, units):
    client = as_(admin)
    client.post(of("admin_person_move", alice), {"unit_id": str(units["SH-SALES"].public_id)})
    assert User.objects.get(pk=alice.pk).org_unit == units["SH-SALES"]
    client.post(of("admin_person_leave", alice))
    assert not User.objects.get(pk=alice.pk).is_active
    client.post(of("admin_person_return", alice))
    assert User.objects.get(pk=alice.pk).is_active


def test_a_new_password(as_, admin, alice):
    client, address = as_(admin), of("admin_person_password", alice)
    weak = client.post(address, {"password": "12345"})
    assert weak.status_code == 422
    assert weak.context["form"].errors["password"]
    client.post(address, {"password": "a long walk by the lake"})
    assert User.objects.get(pk=alice.pk).check_password("a long walk by the lake")


def test_roles_are_given_and_taken(as_, admin, alice, units):
    client = as_(admin)
    client.post(of("admin_role_give", alice), {"role": "finance", "unit_id": str(units["HZ"].public_id)})
    assert RoleAssignment.objects.filter(user=alice, role="finance", unit=units["HZ"]).exists()
    client.post(reverse("admin_role_take", args=[alice.public_id, "finance", units["HZ"].public_id]))
    assert not RoleAssignment.objects.filter(user=alice, role="finance").exists()


def test_a_branch_administrator_gives_no_role_of_the_whole_company(as_, branch_admin, alice, units):
    given = {"role": "top-management", "unit_id": str(units["HZ"].public_id)}
    answer = as_(branch_admin).post(of("admin_role_give", alice), given)
    assert answer.status_code == 422
    assert answer.context["form"].errors["role"]
    assert not RoleAssignment.objects.filter(role="top-management", user=alice).exists()


@pytest.mark.parametrize("name", ["edit", "move", "leave", "password"])
def test_outsiders_change_nobody(as_, charlie, branch_admin, name, sh_director):
    address = of(f"admin_person_{name}", sh_director)
    assert as_(charlie).post(address).status_code == 403
    assert as_(branch_admin).post(address).status_code == 404
    assert User.objects.get(pk=sh_director.pk).is_active


def test_units_are_added_renamed_led_and_closed(as_, admin, alice, units):
    client = as_(admin)
    parent = str(units["HZ"].public_id)
    given = {"code": "HZ-IT", "name": "IT", "name_zh": "信息部", "kind": "department", "parent_id": parent}
    client.post(reverse("admin_unit_new"), given)
    unit = OrgUnit.objects.get(code="HZ-IT")
    client.post(of("admin_unit_edit", unit), {"name": "Computers", "version": str(unit.version)})
    client.post(of("admin_unit_head", unit), {"head": str(alice.pk)})
    calendar = CalendarFactory()
    client.post(of("admin_unit_calendar", unit), {"calendar_id": str(calendar.public_id)})
    unit.refresh_from_db()
    assert (unit.name, unit.head, unit.calendar) == ("Computers", alice, calendar)
    client.post(of("admin_unit_close", unit))
    assert not OrgUnit.objects.get(pk=unit.pk).is_active
    assert client.post(of("admin_unit_close", units["HZ"])).status_code == 422


def test_a_branch_administrator_changes_no_unit_elsewhere(as_, branch_admin, units):
    answer = as_(branch_admin).post(of("admin_unit_edit", units["SH"]), {"name": "Mine"})
    assert answer.status_code == 422
    assert OrgUnit.objects.get(code="SH").name == "Shanghai"


def test_rights_are_read_by_all_administrators_and_changed_at_headquarters(as_, admin, branch_admin, alice):
    row = DataScope.objects.filter(role="sales").exclude(actions=[]).first()
    address = reverse("admin_right_edit", args=["sales", row.kind, row.scope])
    assert address in as_(admin).get(reverse("admin_rights"), {"role": "sales"}).content.decode()
    assert address not in as_(branch_admin).get(reverse("admin_rights"), {"role": "sales"}).content.decode()
    assert as_(branch_admin).post(address, {"actions": ["view"]}).status_code == 422
    as_(admin).post(address, {"actions": ["view"]})
    assert DataScope.objects.get(pk=row.pk).actions == ["view"]
    for unknown in (["sales", "unicorn", "own"], ["sales", row.kind, "moon"]):
        assert as_(admin).get(reverse("admin_right_edit", args=unknown)).status_code == 404


def test_substitutions_are_arranged_and_ended(as_, admin, alice, bob):
    client = as_(admin)
    given = {"substituted_id": str(alice.pk), "substitute_id": str(bob.pk), "starts": "2030-01-01T09:00"}
    client.post(reverse("admin_substitution_new"), given)
    row = Substitution.objects.get()
    assert row.substitute == bob
    assert alice.display_name in client.get(reverse("admin_substitutions")).content.decode()
    client.post(reverse("admin_substitution_end", args=[row.pk]))
    row.refresh_from_db()
    assert row.ends == row.starts
    alone = client.post(reverse("admin_substitution_new"), given | {"substitute_id": str(alice.pk)})
    assert alone.status_code == 422


def test_a_branch_administrator_ends_no_substitution_elsewhere(as_, branch_admin, charlie, sh_director):
    row = SubstitutionFactory(substituted=charlie, substitute=sh_director)
    assert as_(branch_admin).post(reverse("admin_substitution_end", args=[row.pk])).status_code == 404


def test_calendars_have_hours_and_days(as_, admin):
    client = as_(admin)
    given = {
        "code": "hz",
        "name": "Hangzhou",
        "zone": "Asia/Shanghai",
        "region": "CN",
        "mon": "9:00-12:00, 13:00-18:00",
    }
    client.post(reverse("admin_calendar_new"), given)
    calendar = WorkCalendar.objects.get(code="hz")
    assert calendar.hours == {"mon": ["09:00-12:00", "13:00-18:00"]}
    day = {"day": "2026-10-10", "kind": "workday", "name": "Make-up day", "hours": "09:00-12:00"}
    client.post(of("admin_day_set", calendar), day)
    assert calendar.days.get(date=date(2026, 10, 10)).hours == ["09:00-12:00"]
    client.post(reverse("admin_day_remove", args=[calendar.public_id, "2026-10-10"]))
    assert not calendar.days.exists()
    client.post(of("admin_calendar_default", calendar))
    assert WorkCalendar.objects.get(code="hz").is_default


def test_hours_that_cannot_be_read_are_said_at_their_day(as_, admin):
    given = {"code": "hz", "name": "Hangzhou", "zone": "UTC", "region": "none", "tue": "9 to 5"}
    answer = as_(admin).post(reverse("admin_calendar_new"), given)
    assert answer.context["form"].errors["tue"]
    assert not WorkCalendar.objects.filter(code="hz").exists()


def test_years_whose_holidays_are_not_announced_are_named(as_, admin, clock):
    calendar = CalendarFactory(region="CN")
    page = as_(admin).get(reverse("admin_calendars"), {"calendar": str(calendar.public_id)})
    assert "2027" in page.content.decode()
    assert page.context["unannounced"] == (2027,)


def test_branch_administrators_change_no_calendar(as_, branch_admin):
    calendar = CalendarFactory()
    assert as_(branch_admin).post(of("admin_calendar_default", calendar)).status_code == 422
    assert not WorkCalendar.objects.get(pk=calendar.pk).is_default


def test_every_kind_of_the_rights_matrix_has_a_name():
    """A code with its underscores taken out stays English on Chinese pages."""
    from accounts.default_rights import MATRIX
    from web.views.administration.rights import KINDS
    from workflows import records

    kinds = {kind for scopes in MATRIX.values() for kind in scopes}
    assert kinds - records.kinds().keys() - KINDS.keys() == set()
