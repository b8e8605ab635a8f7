"""What components show: faces, due times, money, attributes, icons."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from config.clock import DrivenClock, use_clock
from web import components, dates
from web.components import UnknownIcon, due_mark, html_attributes, icon_svg, initials, money, person_name, tone_of

NOON = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai, a Monday
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("name", "letters", "shown"),
    [
        ("Li Wei", 2, "LW"),
        ("Anna Maria Lopez", 2, "AL"),
        ("mo", 2, "M"),
        ("李伟", 2, "伟"),
        ("欧阳志远", 3, "志远"),
        ("  ", 2, "?"),
    ],
)
def test_initials(name, letters, shown):
    assert initials(name, letters=letters) == shown


def test_a_name_has_one_tone_of_seven():
    names = [f"Person {number}" for number in range(200)]
    assert {tone_of(name) for name in names} == set(range(1, 8))
    assert tone_of("Li Wei") == tone_of("Li Wei")


def test_a_person_is_named_by_what_it_offers():
    assert person_name("Li Wei") == "Li Wei"
    assert person_name(SimpleNamespace(display_name="李伟", name="x")) == "李伟"
    assert person_name(SimpleNamespace(get_full_name=lambda: "Li Wei")) == "Li Wei"


@pytest.mark.parametrize(
    ("left", "state", "used"), [(5 * HOUR, "", 50), (2 * HOUR, "", 80), (1.9 * HOUR, "soon", 81), (-HOUR, "late", 100)]
)
def test_due_time_turns_soon_below_a_fifth_and_late_after_it(left, state, used):
    due_at = NOON + left
    since = due_at - 10 * HOUR
    mark = due_mark(due_at=due_at, since=since, now=NOON)
    assert (mark.state, mark.used) == (state, used)


def test_due_time_without_a_start_counts_a_week():
    assert due_mark(due_at=NOON + timedelta(days=1), since=None, now=NOON).state == "soon"
    assert due_mark(due_at=NOON + timedelta(days=30), since=None, now=NOON).used == 0


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (Decimal("186400.00"), "CNY", "¥186,400"),
        (Decimal("1234.50"), "USD", "$1,234.50"),
        (-20, "CNY", "−¥20"),
        (3, "JPY", "JPY 3"),
        (None, "CNY", "–"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_money_has_the_same_groups_in_both_languages(amount, currency, shown, language):
    with override(language):
        assert money(amount, currency) == shown


def test_attributes_escape_their_values_and_drop_what_is_absent():
    written = html_attributes(
        {"data_opens": 'a"b', "disabled": True, "title": None, "aria_pressed": False, "for_": "x"}
    )
    assert written == ' data-opens="a&quot;b" disabled aria-pressed="false" for="x"'


def test_an_icon_is_silent_or_named():
    assert 'aria-hidden="true"' in icon_svg("inbox")
    assert 'role="img" aria-label="5 &lt; 6"' in icon_svg("inbox", "", "5 < 6")
    with pytest.raises(UnknownIcon):
        icon_svg("no-such-icon")


def test_keys_are_written_for_people_and_for_screen_readers():
    assert components.key_label("Ctrl+Enter") == "Ctrl ↵"
    assert components.key_label("a") == "A"
    assert components.aria_key("Ctrl+k") == "Control+k"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOON + 5 * HOUR, "in 5 h"),
        (NOON + timedelta(minutes=70), "in 1 h 10 min"),
        (NOON + timedelta(minutes=40), "in 40 min"),
        (NOON - timedelta(minutes=65), "1 h late"),
        (NOON + timedelta(days=2), "Wed 7 Jan"),
        (NOON + timedelta(days=400), "9 Feb 2027"),
    ],
)
def test_due_times_are_said_as_people_say_them(moment, said):
    with use_clock(DrivenClock(NOON)), override("en"):
        assert dates.until(moment) == said


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (3 * HOUR, "3 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=10), "26 Dec 2025"),
    ],
)
def test_what_has_passed(passed, said):
    with use_clock(DrivenClock(NOON)), override("en"):
        assert dates.ago(NOON - passed) == said
