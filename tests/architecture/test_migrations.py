"""The first migrate of an installation stays quick: a table comes with its indexes and constraints."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import CreateModel, IndexOperation

LABELS = [config.label for config in apps.get_app_configs() if str(config.path).startswith(str(settings.BASE_DIR / ""))]


def _late(operations: list[Operation]) -> list[str]:
    made = {operation.name_lower for operation in operations if isinstance(operation, CreateModel)}
    return [
        operation.describe()
        for operation in operations
        if isinstance(operation, IndexOperation) and operation.model_name_lower in made
    ]


@pytest.mark.parametrize("label", LABELS)
def test_no_index_is_added_to_a_table_of_the_same_migration(label):
    """Django renders the models around a table anew for each of them: 150 made the first migrate twice as long."""
    loader = MigrationLoader(None)
    for (app, name), migration in loader.disk_migrations.items():
        if app == label:
            assert not _late(migration.operations), f"{app} {name}"
