"""The server-rendered pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "web"
    verbose_name = "Pages"

    def ready(self) -> None:
        """The sockets learn how the lists of the pages look."""
        from web import live_lists

        live_lists.register()
