"""Seals over the history: signed daily with a key outside the database, and the proof that all is as it was."""
