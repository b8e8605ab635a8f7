"""The rows of people and organisation, one module per noun."""

from accounts.models.audit import AuditEvent
from accounts.models.base import Stamped
from accounts.models.calendars import DayKind, Holiday, WorkCalendar
from accounts.models.people import Density, Language, Position, Theme, User
from accounts.models.rights import Action, DataScope, FieldEffect, FieldRule, Reach, Role, RoleAssignment
from accounts.models.substitutions import Substitution
from accounts.models.units import OrgUnit, UnitFunction, UnitKind

__all__ = [
    "Action",
    "AuditEvent",
    "DataScope",
    "DayKind",
    "Density",
    "FieldEffect",
    "FieldRule",
    "Holiday",
    "Language",
    "OrgUnit",
    "Position",
    "Reach",
    "Role",
    "RoleAssignment",
    "Stamped",
    "Substitution",
    "Theme",
    "UnitFunction",
    "UnitKind",
    "User",
    "WorkCalendar",
]
