"""Queries composed once answer like those Django composes each time."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet

from accounts.models import User
from config import clock
from config.composed import PERSON, answered, asked, composed, moment
from tests import factories

pytestmark = pytest.mark.django_db


def people_named(person: Any, before: Any) -> QuerySet[User]:
    return (
        User.objects.filter(pk=person, date_joined__lt=before, username__contains="10%")
        .select_related("org_unit")
        .defer("phone")
    )


def found(person: User, before: Any) -> list[User]:
    query = composed("test people", {PERSON: "person", moment(1): "before"}, lambda: people_named(PERSON, moment(1)))
    return answered(query, {"person": person.pk, "before": before})


def test_objects_come_as_django_makes_them() -> None:
    one, other = factories.UserFactory.create(username="a10%"), factories.UserFactory.create(username="b10%")
    late = clock.now().replace(year=2_100)
    for person in (one, other):
        (shown,) = found(person, late)
        (expected,) = people_named(person.pk, late)
        assert shown == expected == person
        assert shown.org_unit == person.org_unit
        assert shown.get_deferred_fields() == {"phone"}
        assert shown._state.db == "default"


def test_values_decide_what_is_found() -> None:
    person = factories.UserFactory.create(username="a10%")
    assert found(person, clock.now().replace(year=1_990)) == []
    assert found(factories.UserFactory.create(username="a10"), clock.now().replace(year=2_100)) == []


def test_it_is_composed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []

    def build() -> QuerySet[User]:
        built.append(1)
        return User.objects.filter(pk=PERSON)

    person = factories.UserFactory.create()
    for _ in range(3):
        assert answered(composed("test once", {PERSON: "person"}, build), {"person": person.pk}) == [person]
    assert len(built) == 1


def test_what_can_find_nothing_asks_nothing() -> None:
    query = composed("test nothing", {PERSON: "person"}, lambda: User.objects.filter(pk__in=[]))

    def never(sql: str, parameters: dict[str, Any]) -> Any:
        raise AssertionError(sql)

    assert answered(query, {"person": 1}, never) == []


def test_a_stand_in_inside_another_value_is_refused() -> None:
    with pytest.raises(AssertionError, match="stand-in"):
        composed("test inside", {PERSON: "person"}, lambda: User.objects.filter(username=f"x{PERSON}"))


def test_without_values_signs_stay_as_they_are() -> None:
    person = factories.UserFactory.create(username="c%s")
    query = composed("test no values", {}, lambda: User.objects.filter(username="c%s").values_list("pk", flat=True))
    assert answered(query, {}) == [person.pk]
    assert asked(query.sql or "", {}) == [(person.pk,)]


def test_nothing_is_asked_while_a_query_is_composed() -> None:
    def with_an_answer_inside() -> QuerySet[User]:
        return User.objects.filter(pk__in=list(User.objects.values_list("pk", flat=True)))

    with pytest.raises(AssertionError, match="while a query is composed"):
        composed(object(), {}, with_an_answer_inside)
