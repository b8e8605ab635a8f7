"""Django forms that only read what was entered; the commands judge it."""
