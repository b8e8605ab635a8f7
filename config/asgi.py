"""The ASGI application: pages and API by Django, sockets by Channels."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
http = get_asgi_application()

from config import embedded  # noqa: E402 - needs Django to be set up

application = ProtocolTypeRouter({"http": http, "lifespan": embedded.lifespan})
