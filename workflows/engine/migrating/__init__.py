"""Moving a stored instance to another version of its process: may it, how, and is it then as if it began there."""

from workflows.engine.migrating.checking import MigrationBroken, check_migrated
from workflows.engine.migrating.fitting import Act, Plan, Reason, Route
from workflows.engine.migrating.footprint import Elements, Footprint, elements, footprint
from workflows.engine.migrating.judging import Problem, Remark, RemarkKind, Verdict, judge
from workflows.engine.migrating.moving import MigrationRefused, migrate
from workflows.engine.migrating.restoring import restore

__all__ = [
    "Act",
    "Elements",
    "Footprint",
    "MigrationBroken",
    "MigrationRefused",
    "Plan",
    "Problem",
    "Reason",
    "Remark",
    "RemarkKind",
    "Route",
    "Verdict",
    "check_migrated",
    "elements",
    "footprint",
    "judge",
    "migrate",
    "restore",
]
