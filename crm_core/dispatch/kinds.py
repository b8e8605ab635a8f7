"""Makes dispatch known to the rest: its letters to customers (its records are registered by the service area)."""

from crm_core.dispatch import letters  # noqa: F401  (letters register themselves)
