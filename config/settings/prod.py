"""Settings of a production installation; hosts, database and Redis come from the environment."""

import os

from config.settings.base import *  # noqa: F403

ALLOWED_HOSTS = os.environ.get("BATON_HOSTS", "localhost,127.0.0.1").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("BATON_ORIGINS", "").split(",") if origin]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("BATON_INSECURE_COOKIES") != "1"
