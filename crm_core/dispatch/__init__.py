"""Sending somebody to a customer: work orders from the first word to the inspection."""
