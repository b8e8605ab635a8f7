"""One's own language, look and zone."""

from __future__ import annotations

import pytest

from accounts.changes import ChangeKind
from accounts.commands import change_profile
from accounts.exceptions import InvalidValue, NotAllowed


def test_it_works(alice, told):
    with told() as heard:
        change_profile(
            actor=alice, language="zh-hans", theme="dark", density="touch", zone="Asia/Tokyo", letter_keys=False
        )
    alice.refresh_from_db()
    assert (alice.language, alice.theme, alice.density, alice.zone, alice.keys) == (
        "zh-hans",
        "dark",
        "touch",
        "Asia/Tokyo",
        "off",
    )
    assert [(change.kind, change.users) for change in heard] == [(ChangeKind.PROFILE, {alice.pk})]


@pytest.mark.parametrize(
    ("field", "value"),
    [("language", "tlh"), ("theme", "pink"), ("density", "loose"), ("zone", "Mars"), ("letter_keys", None)],
)
def test_impossible_values_are_refused(alice, field, value):
    with pytest.raises(InvalidValue) as refusal:
        change_profile(actor=alice, **{field: value})
    assert refusal.value.field == field


def test_nothing_but_the_profile_can_be_changed(alice):
    with pytest.raises(InvalidValue):
        change_profile(actor=alice, is_superuser=True)


def test_somebody_who_left_is_refused(alice):
    alice.is_active = False
    alice.save()
    with pytest.raises(NotAllowed):
        change_profile(actor=alice, theme="dark")
