"""What the complaint process asks of the CRM, by part of the process."""

from crm_core.service.handlers import answering, closing, escalating, handling, receiving

__all__ = ["answering", "closing", "escalating", "handling", "receiving"]
