"""The embedded default with the handlers of these tests."""

from config.settings.dev import *  # noqa: F403
from config.settings.dev import INSTALLED_APPS

INSTALLED_APPS += ["tests.production.works"]
WORKFLOW_DEPLOY_SHIPPED = False  # these tests deploy processes of their own
