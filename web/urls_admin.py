"""Addresses of administration."""

from django.urls import path
from django.views.generic import RedirectView

from web.views.administration import (
    bots,
    calendars,
    people,
    people_accounts,
    people_edit,
    people_roles,
    queues,
    retention,
    rights,
    substitutions,
    units,
)

PERSON, UNIT, CALENDAR = (f"administration/{part}" for part in ("people", "units", "calendars"))
ONE_PERSON, ONE_UNIT = f"{PERSON}/<uuid:person_id>", f"{UNIT}/<uuid:unit_id>"
ONE_CALENDAR = f"{CALENDAR}/<uuid:calendar_id>"
BOTS, ONE_BOT = "administration/bots", "administration/bots/<uuid:bot_id>"

urlpatterns = [
    path("administration/", RedirectView.as_view(pattern_name="admin_people"), name="administration"),
    path(f"{PERSON}/", people.people, name="admin_people"),
    path(f"{PERSON}/new/", people_edit.person_new, name="admin_person_new"),
    path(f"{ONE_PERSON}/", people.person, name="admin_person"),
    path(f"{ONE_PERSON}/edit/", people_edit.person_edit, name="admin_person_edit"),
    path(f"{ONE_PERSON}/move/", people_edit.person_move, name="admin_person_move"),
    path(f"{ONE_PERSON}/leave/", people_accounts.person_leave, name="admin_person_leave"),
    path(f"{ONE_PERSON}/return/", people_accounts.person_return, name="admin_person_return"),
    path(f"{ONE_PERSON}/password/", people_accounts.person_password, name="admin_person_password"),
    path(f"{ONE_PERSON}/roles/", people_roles.role_give, name="admin_role_give"),
    path(f"{ONE_PERSON}/roles/<str:role>/<uuid:unit_id>/", people_roles.role_take, name="admin_role_take"),
    path(f"{UNIT}/", units.units, name="admin_units"),
    path(f"{UNIT}/new/", units.unit_new, name="admin_unit_new"),
    path(f"{ONE_UNIT}/edit/", units.unit_edit, name="admin_unit_edit"),
    path(f"{ONE_UNIT}/head/", units.unit_head, name="admin_unit_head"),
    path(f"{ONE_UNIT}/calendar/", units.unit_calendar, name="admin_unit_calendar"),
    path(f"{ONE_UNIT}/close/", units.unit_close, name="admin_unit_close"),
    path("administration/rights/", rights.rights, name="admin_rights"),
    path("administration/rights/<str:role>/<str:kind>/<str:scope>/", rights.right_edit, name="admin_right_edit"),
    path("administration/substitutions/", substitutions.substitutions, name="admin_substitutions"),
    path("administration/substitutions/new/", substitutions.substitution_new, name="admin_substitution_new"),
    path(
        "administration/substitutions/<int:substitution_id>/end/",
        substitutions.substitution_end,
        name="admin_substitution_end",
    ),
    path(f"{CALENDAR}/", calendars.calendars, name="admin_calendars"),
    path(f"{CALENDAR}/new/", calendars.calendar_new, name="admin_calendar_new"),
    path(f"{ONE_CALENDAR}/edit/", calendars.calendar_edit, name="admin_calendar_edit"),
    path(f"{ONE_CALENDAR}/default/", calendars.calendar_default, name="admin_calendar_default"),
    path(f"{ONE_CALENDAR}/days/", calendars.day_set, name="admin_day_set"),
    path(f"{ONE_CALENDAR}/days/<str:day>/remove/", calendars.day_remove, name="admin_day_remove"),
    path("administration/queues/", queues.queues, name="admin_queues"),
    path(f"{BOTS}/", bots.bots, name="admin_bots"),
    path(f"{BOTS}/new/", bots.bot_new, name="admin_bot_new"),
    path(f"{ONE_BOT}/edit/", bots.bot_edit, name="admin_bot_edit"),
    path(f"{ONE_BOT}/remove/", bots.bot_remove, name="admin_bot_remove"),
    path(f"{ONE_BOT}/switch/", bots.bot_switch, name="admin_bot_switch"),
    path(f"{ONE_BOT}/test/", bots.bot_test, name="admin_bot_test"),
    path(f"{ONE_BOT}/retry/", bots.bot_retry, name="admin_bot_retry"),
    path("administration/retention/", retention.retentions, name="admin_retention"),
    path("administration/retention/<str:key>/", retention.retention_edit, name="admin_retention_edit"),
]
