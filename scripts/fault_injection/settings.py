"""A production installation with the handlers that are killed."""

from config.settings.prod import *  # noqa: F403
from config.settings.prod import INSTALLED_APPS, REST_FRAMEWORK

INSTALLED_APPS += ["scripts.fault_injection.works"]
WORKFLOW_DEPLOY_SHIPPED = False  # only the process under fire
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"person": "12000/min", "stranger": "1200/min", "login": "600/min"}
