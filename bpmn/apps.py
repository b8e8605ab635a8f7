"""Process definitions and their versions as a Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BpmnConfig(AppConfig):
    name = "bpmn"
    verbose_name = _("Processes")
