"""The components of the page as template tags, by topic; `{% load ui %}` brings them all."""
