"""Notifications as a Django app; its effects are registered when Django is ready."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    label = "notifications"

    def ready(self) -> None:
        """Register effects and listen for changed rights."""
        from accounts import changes
        from notifications import effects, rights  # noqa: F401

        changes.subscribe(rights.tell_screens)
