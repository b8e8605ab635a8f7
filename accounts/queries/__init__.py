"""Reading people and organisation, one module per noun."""

from accounts.queries.calendars import business_calendar, calendar_of, calendars_of, unannounced_years, work_calendar_of
from accounts.queries.people import group_keys, group_near, manager_of, members_of, person_of
from accounts.queries.substitutions import (
    acts_for,
    barred_people,
    covers_of,
    running_everywhere,
    running_substitutions,
    stand_in_for,
    stands_in,
    substitutes_of,
)
from accounts.queries.units import ancestors_of, branch_of, head_of, unit_of

__all__ = [
    "acts_for",
    "ancestors_of",
    "barred_people",
    "branch_of",
    "business_calendar",
    "calendar_of",
    "calendars_of",
    "covers_of",
    "group_keys",
    "group_near",
    "head_of",
    "manager_of",
    "members_of",
    "person_of",
    "running_everywhere",
    "running_substitutions",
    "stand_in_for",
    "stands_in",
    "substitutes_of",
    "unannounced_years",
    "unit_of",
    "work_calendar_of",
]
