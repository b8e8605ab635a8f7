"""Two tabs and two workers at once: one device, one bound, one burst."""

from __future__ import annotations

import pytest

from accounts.models import User
from config import clock
from notifications import push
from notifications.commands import subscribe_to_push
from notifications.commands.devices import MOST_DEVICES
from notifications.exceptions import TooManyDevices
from notifications.models import Notification, PushSubscription, Sending
from tests.commands.notifications.push_service import FakeBrowser
from tests.concurrency.conftest import race
from tests.support import people

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


@pytest.fixture
def person():
    return people.person("zhang.san", unit=people.headquarters())


def allow(person, name):
    actor = User.objects.get(pk=person.pk)
    return subscribe_to_push(actor=actor, endpoint=f"https://push.example.com/{name}", **FakeBrowser().keys)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_same_browser_in_two_tabs_is_one_device(_round, person):
    one, other = race(lambda: allow(person, "same"), lambda: allow(person, "same"))
    assert one.pk == other.pk
    assert PushSubscription.objects.count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_bound_holds_for_two_at_once(_round, person):
    for number in range(MOST_DEVICES - 1):
        allow(person, number)
    results = race(lambda: allow(person, "one"), lambda: allow(person, "other"))
    assert [type(each) for each in results].count(TooManyDevices) == 1
    assert PushSubscription.objects.count() == MOST_DEVICES


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_workers_ask_for_one_push(_round, person):
    allow(person, "only")
    Notification.objects.create(user=person, template="own", urgency="breach", created_at=clock.now())
    asked = race(lambda: push.bundle(user_id=person.pk), lambda: push.bundle(user_id=person.pk))
    assert sorted(asked) == [0, 1]
    assert Sending.objects.count() == 1
