"""Measures what the product does per second, beside plain SpiffWorkflow, on a database of its own."""
