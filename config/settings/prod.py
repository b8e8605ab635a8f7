"""Settings of a production installation; hosts, database and Redis come from the environment."""

import os
from urllib.parse import unquote, urlsplit

from config.settings.base import *  # noqa: F403

ALLOWED_HOSTS = os.environ.get("BATON_HOSTS", "localhost,127.0.0.1").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("BATON_ORIGINS", "").split(",") if origin]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("BATON_INSECURE_COOKIES") != "1"
if mail := urlsplit(os.environ.get("BATON_SMTP", "")).hostname:
    _smtp = urlsplit(os.environ["BATON_SMTP"])
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = mail, _smtp.port or (465 if _smtp.scheme == "smtps" else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_smtp.username or ""), unquote(_smtp.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _smtp.scheme == "smtps", _smtp.scheme == "smtp" and bool(_smtp.username)
    EMAIL_TIMEOUT = 20
