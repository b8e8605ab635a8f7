"""Settings of the embedded default: one process, its own database, nothing to install."""

from config.settings.base import *  # noqa: F403
