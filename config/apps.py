"""The composition root as a Django app: management commands that belong to no single area live here."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        """Make the Celery application the current one: jobs are sent from everywhere."""
        from config import celery  # noqa: F401
