"""The components of the page as template tags; each shown on the style page in all its states."""

from __future__ import annotations

from django import template

from web.tags import forms, frames, marks, pages, people, states

register = template.Library()
for part in (marks, states, people, forms, pages, frames):
    register.tags |= part.register.tags
    register.filters |= part.register.filters
