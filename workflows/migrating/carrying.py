"""Moves of instances as one kind of batch."""

from __future__ import annotations

from functools import partial

from workflows import batches
from workflows.migrating.commands import CARRY_ON, migrate_one
from workflows.models import MigrationBatch, MigrationResult

MOVES = batches.Kind(MigrationBatch, MigrationResult, migrate_one, CARRY_ON)

carry_on = partial(batches.carry_on, MOVES)
unfinished = partial(batches.unfinished, MOVES)
