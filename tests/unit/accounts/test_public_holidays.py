"""China's public holidays with their make-up workdays, and those of other countries."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.public_holidays import is_announced, public_days, regions


def test_spring_festival_2026_is_free_and_made_up_for():
    days = public_days("CN")
    assert not days[date(2026, 2, 17)].is_workday
    assert days[date(2026, 2, 17)].name_zh == "春节"
    assert days[date(2026, 2, 14)].is_workday  # a Saturday
    assert date(2026, 2, 13) not in days


def test_a_year_not_announced_is_known_to_be_unknown():
    assert is_announced("CN", 2026)
    assert not is_announced("CN", 2199)
    assert not any(day.year == 2199 for day in public_days("CN"))


def test_other_countries_come_from_their_laws():
    assert date(2026, 12, 25) in public_days("GB")
    assert is_announced("GB", 2030)


def test_no_region_has_no_holidays():
    assert public_days("none") == {}
    assert is_announced("none", 2199)


def test_an_unknown_region_is_refused():
    with pytest.raises(ValueError, match="Atlantis"):
        public_days("Atlantis")


def test_what_may_be_chosen_includes_china_and_none():
    assert {"CN", "GB", "none"} <= set(regions())
