"""Ended families in compressed files: how they get there, how they are read there, and how they come back."""
