"""Rows from other systems: read, checked as a whole, and taken in all or not at all."""
