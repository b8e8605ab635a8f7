"""The people and organisation of the company as a Django app."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and organisation")

    def ready(self) -> None:
        from accounts import idle

        user_logged_in.connect(idle.begin, dispatch_uid="accounts.idle.begin")
        post_migrate.connect(install_defaults, sender=self, dispatch_uid="accounts.install_defaults")


def install_defaults(sender: AppConfig, using: str, plan: Any = None, **_kwargs: Any) -> None:
    """Add the roles, rights and calendar that are missing; what the company has changed stays as it is."""
    from accounts import defaults

    defaults.install(using=using)
