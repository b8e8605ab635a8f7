"""The workflows app: running instances; finds handlers, effects and host functions when Django is ready."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = _("Processes")

    def ready(self) -> None:
        """Register what each app offers to diagrams and deploy the shipped processes after migrate."""
        autodiscover_modules("handlers", "effects", "host_functions", "record_kinds", "personal_data")
        from workflows import shipping

        shipping.connect(self)
