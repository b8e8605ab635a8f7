"""What the process of a marketing plan asks of the CRM, by part of the process."""

from crm_core.marketing.handlers import approving, carrying_out, drafting, ending, evaluating, reviewing, spending

__all__ = ["approving", "carrying_out", "drafting", "ending", "evaluating", "reviewing", "spending"]
