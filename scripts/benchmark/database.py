"""A database of the benchmark's own in the embedded server, dropped at the end."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from config import databases, embedded_postgres

CHECKOUT = Path(__file__).resolve().parents[2]


@contextmanager
def own_database() -> Iterator[str]:
    """Create it, point Django at it and set Django up; gives psycopg2's words to reach it."""
    cluster = databases.main_cluster(CHECKOUT)
    name = f"bench_{os.getpid()}"
    embedded_postgres.join(cluster, name)
    os.environ["DATABASE_URL"] = f"postgresql://{embedded_postgres.SUPERUSER}@/{name}?host={cluster.sockets}"
    os.environ.pop("REDIS_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.prod"
    warnings.filterwarnings("ignore", "No directory at", UserWarning)  # static files are not collected here
    try:
        _set_up()
        yield f"host={cluster.sockets} port=5432 user={embedded_postgres.SUPERUSER} dbname={name}"
    finally:
        _drop(str(cluster.sockets), name)


def _set_up() -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.WORKFLOW_DEPLOY_SHIPPED = False
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", interactive=False, verbosity=0)


def _drop(sockets: str, name: str) -> None:
    from django.db import connections

    connections.close_all()
    server = psycopg2.connect(host=sockets, port=5432, user=embedded_postgres.SUPERUSER, dbname="postgres")
    try:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        server.close()
