"""The CRM as a Django app: at start its handlers, host functions and record kinds become known."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

AREAS = ("customers", "levels", "sales", "interactions", "attachments", "service", "dispatch", "marketing")
AT_START = ("handlers", "effects", "functions", "kinds")


class CrmConfig(AppConfig):
    name = "crm_core"
    label = "crm_core"
    verbose_name = _("CRM")

    def ready(self) -> None:
        """Import what registers itself: handlers, effects, host functions and record kinds of every area."""
        from crm_core import defaults

        post_migrate.connect(defaults.install, sender=self, dispatch_uid="crm_core.defaults")
        for area in AREAS:
            if module_has_submodule(import_module("crm_core"), area):
                package = import_module(f"crm_core.{area}")
                for part in AT_START:
                    if module_has_submodule(package, part):
                        import_module(f"crm_core.{area}.{part}")
