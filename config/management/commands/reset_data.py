"""Delete the embedded database and the stored files, so that the next start begins anew."""

from __future__ import annotations

import os
import shutil
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config import databases, embedded_postgres


class Command(BaseCommand):
    help = "Delete all data of the embedded default."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="really delete")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            raise CommandError("This deletes all data. Add --yes if you mean it.")
        if os.environ.get("DATABASE_URL"):
            raise CommandError("DATABASE_URL names a database of its own: empty it with its own tools.")
        cluster = databases.main_cluster(settings.BASE_DIR)
        if others := embedded_postgres.users(cluster) - {os.getpid()}:
            running = ", ".join(str(pid) for pid in sorted(others))
            raise CommandError(f"Baton is running on these data (process {running}): stop it first.")
        connections.close_all()
        embedded_postgres.destroy(cluster)
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
