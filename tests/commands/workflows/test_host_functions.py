"""Host functions as expressions call them: people, units, approvers and working time."""

from __future__ import annotations

import pytest

from accounts.models import OrgUnit, UnitKind
from tests.support import running
from tests.support.diagrams import diagram, end, script, start, user
from tests.support.people import headquarters, person
from workflows.registry import host_function

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    headquarters()
    branch = OrgUnit.objects.create(
        code="HZ", name="Hangzhou", kind=UnitKind.CITY_BRANCH, path="/HQ/HZ/", parent=headquarters()
    )
    dave = person("dave", unit=branch, roles=["director"])
    erin = person("erin", unit=branch, manager=dave, roles=["sales-manager"])
    person("bob", unit=branch, manager=erin)
    branch.head = dave
    branch.save()
    return branch


def value_of(expression: str, **variables):
    running.deploy(
        diagram(
            "ask",
            "begin -> ask -> wait -> done",
            begin=start(),
            ask=script(expression, "answer"),
            wait=user(),
            done=end(),
        )
    )
    instance = running.start("ask", **variables)
    incident = instance.incidents.first()
    return incident.message if incident else running.variables(instance)["answer"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('manager of("bob")', "erin"),
        ('manager of("bob", 2)', "dave"),
        ("manager of(null)", None),
        ('unit of("bob")', "HZ"),
        ('branch of("bob")', "HZ"),
        ('head of("HZ")', "dave"),
        ('role at("finance", "HZ")', "finance@HZ"),
        ('members of("sales-manager@HZ")', ["erin"]),
        ('approver for("sales-manager", "HZ", ["bob"])', {"person": "erin", "group": None, "rule": "role"}),
        ("string(business moment(8, date and time(nine)))", "2026-01-05T18:00:00+08:00"),
        (
            "business hours between(date and time(nine), business moment(3, date and time(nine)))",
            3,
        ),
        ('business duration(2, date and time(nine), "HZ") = duration("PT2H")', True),
        ('business moment(1, nine) > date and time("2026-01-05T09:59:00+08:00")', True),
    ],
)
def test_it_works(clock, company, expression, value):
    assert value_of(expression, nine="2026-01-05T09:00:00+08:00") == value


def test_when_nobody_may_decide_it_is_an_incident(clock, company):
    assert "Nobody may decide" in value_of('approver for("sales-manager", "HZ", ["erin", null])')


@pytest.mark.parametrize("expression", ['manager of("nobody")', 'head of("XX")', 'approver for("finance", "XX")'])
def test_people_and_units_that_do_not_exist_are_incidents(clock, company, expression):
    assert "There is no" in value_of(expression)


def test_the_same_question_is_asked_once_per_advance(clock):
    asked = []

    @host_function("rating of")
    def rating(name: str) -> int:
        asked.append(name)
        return len(name)

    assert value_of('[rating of("a"), rating of("a"), rating of("bb")]') == [1, 1, 2]
    assert asked == ["a", "bb"]


def test_a_function_that_breaks_is_an_incident_and_breaks_nothing_else(clock):
    @host_function("broken")
    def broken(name: str) -> str:
        return OrgUnit.objects.raw("SELECT nothing FROM nowhere")[0].code

    assert "nowhere" in value_of('broken("a")')


def test_a_group_is_chosen_from_by_name(company):
    person("zoe", unit=company, roles=["service"], first_name="Ann", last_name="Arbor")
    person("adam", unit=company, roles=["service"], first_name="Zacharias", last_name="")
    person("gone", unit=company, roles=["service"], is_active=False)
    options = value_of("options of group(group)", group="service@HZ")
    assert [option["value"] for option in options] == ["zoe", "adam"]
    assert options[0]["label"] == "Ann Arbor (zoe)"
