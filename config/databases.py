"""Which database the product uses: the one named in DATABASE_URL, else the embedded one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from config import embedded_postgres

DATABASE_NAME = "baton"
# Left to itself the database plans a prepared statement anew for every list shorter than it had expected, and compiles
# short statements over large tables to machine code, which takes longer than carrying them out.
SESSION = {"OPTIONS": {"options": "-c plan_cache_mode=force_generic_plan -c jit=off"}}
TEST_OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def from_environment(checkout: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Django's DATABASES for running the product."""
    url = environment.get("DATABASE_URL")
    settings = _from_url(url) if url else embedded_postgres.connection_settings(main_cluster(checkout), DATABASE_NAME)
    return {"default": settings | SESSION | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}


def for_tests(checkout: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Django's DATABASES for the tests; BATON_TEST_DB names a database of one's own."""
    url = environment.get("BATON_TEST_DATABASE_URL")
    settings = _from_url(url) if url else embedded_postgres.connection_settings(test_cluster(checkout), "postgres")
    return {
        "default": settings | SESSION | {"TEST": {"NAME": f"test_{environment.get('BATON_TEST_DB', DATABASE_NAME)}"}}
    }


def main_cluster(checkout: Path) -> embedded_postgres.Cluster:
    """The cluster with the company's data."""
    return embedded_postgres.cluster_for(checkout)


def test_cluster(checkout: Path) -> embedded_postgres.Cluster:
    """The cluster for tests: fast because it need not survive a power cut."""
    return embedded_postgres.cluster_for(checkout, "test", **TEST_OPTIONS)


def ensure_embedded(checkout: Path, environment: Mapping[str, str]) -> None:
    """Start or join the embedded server unless DATABASE_URL names another one."""
    if not environment.get("DATABASE_URL"):
        embedded_postgres.join(main_cluster(checkout), DATABASE_NAME)


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must start with postgresql://")
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return {
        "ENGINE": "config.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
    }
