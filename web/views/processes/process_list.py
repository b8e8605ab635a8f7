"""The list of processes: which version is in use, how many run, where something is stuck, who may start it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from web.pages import is_partial, page_number, signed_in
from web.views.processes.reading import may, process_reader, process_rows

PAGE = 50


@require_GET
@signed_in
def process_list(request: HttpRequest) -> HttpResponse:
    """Every process that was ever deployed; the number of queries does not grow with them."""
    user = process_reader(request)
    words = request.GET.get("q", "")[:200]
    rows = process_rows(words)
    page = Paginator(rows, PAGE).get_page(page_number(request))
    context = {
        "page": page,
        "count": len(rows),
        "stuck": sum(row.counts["incidents"] for row in rows),
        "text": words,
        "may": may(user),
    }
    template = "processes/rows.html" if is_partial(request) else "processes/list.html"
    return render(request, template, context)
