"""The page as a whole: its look, its texts for the browser, and turning to the next page of a list."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.template.context import Context

from web import i18n_catalogue, look

register = template.Library()


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], target: str = "") -> dict[str, Any]:
    """Previous and next page, keeping the other query parameters; `target` makes it an htmx swap."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    return {"page": page, "target": target, "previous": _page_url(query, page, -1), "next": _page_url(query, page, 1)}


def _page_url(query: QueryDict, page: Page[Any], step: int) -> str:
    if not (page.has_next() if step > 0 else page.has_previous()):
        return ""
    query = query.copy()
    query["page"] = str(page.number + step)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def page_look(context: Context) -> look.Look:
    """Theme, density and keys of this visitor, and the other language: `{% page_look as look %}`."""
    return look.look_of(context.get("request"))


@register.simple_tag
def browser_texts() -> dict[str, str]:
    """The texts of the TypeScript modules in the page's language, only those that differ from English."""
    return i18n_catalogue.catalogue()
