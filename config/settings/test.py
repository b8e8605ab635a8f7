"""Settings of the test suite: a database server of its own that may forget everything in a power cut."""

import os

from config import databases
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR

DATABASES = databases.for_tests(BASE_DIR, os.environ)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEMO_LOGINS_FILE = BASE_DIR / "var" / "no-demo-in-tests.json"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WORKFLOW_DEPLOY_SHIPPED = False
SESSION_IDLE_MINUTES = 0  # tests drive the clock by days between two clicks
WHITENOISE_AUTOREFRESH = True  # nothing is collected for a test run; files are found where the build left them
INBOX_UNDO_SECONDS = 0  # pages act at once and tests look at what came of it; those of held acts set 8 themselves
