"""The ASGI application: pages and API by Django, sockets by Channels."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
django = get_asgi_application()

from config import embedded, request_threads  # noqa: E402 - needs Django to be set up
from notifications.routing import websocket_urlpatterns  # noqa: E402

http = request_threads.kept(django)
websocket = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
application = ProtocolTypeRouter({"http": http, "websocket": websocket, "lifespan": embedded.lifespan})
