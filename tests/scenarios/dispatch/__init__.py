"""The dispatch process as it is shipped."""
