"""Everything that changes people and organisation, one module per noun."""

from accounts.commands.calendars import (
    change_calendar,
    create_calendar,
    make_default_calendar,
    remove_special_day,
    set_special_day,
)
from accounts.commands.people import (
    create_user,
    deactivate_user,
    move_user,
    reactivate_user,
    reset_password,
    update_user,
)
from accounts.commands.profile import change_password, change_profile
from accounts.commands.rights import change_data_scope, change_field_rule
from accounts.commands.roles import assign_role, remove_role
from accounts.commands.substitutions import add_substitution, end_substitution
from accounts.commands.units import close_unit, create_unit, move_unit, rename_unit, set_head, set_unit_calendar

__all__ = [
    "add_substitution",
    "assign_role",
    "change_calendar",
    "change_data_scope",
    "change_field_rule",
    "change_password",
    "change_profile",
    "close_unit",
    "create_calendar",
    "create_unit",
    "create_user",
    "deactivate_user",
    "end_substitution",
    "make_default_calendar",
    "move_unit",
    "move_user",
    "reactivate_user",
    "remove_role",
    "remove_special_day",
    "rename_unit",
    "reset_password",
    "set_head",
    "set_special_day",
    "set_unit_calendar",
    "update_user",
]
