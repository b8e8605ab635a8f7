"""Notifications as a Django app; its effects are registered when Django is ready."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    label = "notifications"

    def ready(self) -> None:
        """Register effects and what carries letters and posts, and listen for changed rights."""
        from accounts import changes
        from notifications import bots, daily, effects, letters, rights, sending  # noqa: F401
        from notifications.models import Channel

        sending.carries(Channel.MAIL, letters.send_letter)
        sending.carries(Channel.DAILY, daily.send_daily)
        sending.carries(Channel.BOT, bots.post)

        changes.subscribe(rights.tell_screens)
