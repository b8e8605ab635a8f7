"""The composition root as a Django app: management commands that belong to no single area live here."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"
