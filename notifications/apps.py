"""Notifications as a Django app; its effects are registered when Django is ready."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    label = "notifications"

    def ready(self) -> None:
        """Register effects and what carries letters, posts and pushes; listen for changed rights and for logins."""
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from accounts import changes
        from notifications import bots, daily, devices, effects, letters, push, rights, sending  # noqa: F401
        from notifications.models import Channel

        sending.carries(Channel.MAIL, letters.send_letter)
        sending.carries(Channel.DAILY, daily.send_daily)
        sending.carries(Channel.BOT, bots.post)
        sending.carries(Channel.PUSH, push.send)

        changes.subscribe(rights.tell_screens)
        changes.subscribe(devices.logins_ended)
        user_logged_in.connect(devices.signed_in, dispatch_uid="notifications.devices.signed_in")
        user_logged_out.connect(devices.signed_out, dispatch_uid="notifications.devices.signed_out")
