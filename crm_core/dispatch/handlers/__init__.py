"""What the dispatch process asks of the CRM, in the order of its steps."""

from crm_core.dispatch.handlers import closing, opening, planning, visiting

__all__ = ["closing", "opening", "planning", "visiting"]
