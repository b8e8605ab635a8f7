"""Filters of lists: only by fields the person may read, and never by a value the database cannot take."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.request import Request

from api.errors import FieldsRefused

KNOWN = frozenset({"cursor", "page_size", "ordering"})


class FilterBackend(DjangoFilterBackend):  # type: ignore[misc]
    """Refuses what it does not know instead of answering with too much."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """The rows that match. Raises FieldsRefused for unknown and for masked fields."""
        chosen = self.get_filterset_class(view, queryset)
        filters = chosen.base_filters if chosen is not None else {}
        wrong: dict[str, Any] = {}
        for name in request.query_params:
            if name in filters and filters[name].field_name in view.masked:
                wrong[name] = _("You may not read this field.")
            elif name not in filters and name not in KNOWN:
                wrong[name] = _("There is no such filter.")
        if wrong:
            raise FieldsRefused(**wrong)
        found: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return found


class Filters(FilterSet):  # type: ignore[misc]
    """The filters of one resource."""

    class Meta:
        fields: ClassVar[list[str]] = []


class Exact(django_filters.CharFilter):  # type: ignore[misc]
    """A text that must be equal."""

    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(field_name, max_length=200, **options)


def one_of(field_name: str, choices: Any) -> django_filters.ChoiceFilter:
    """One of a list of codes."""
    return django_filters.ChoiceFilter(field_name=field_name, choices=choices)


def since(field_name: str) -> django_filters.IsoDateTimeFilter:
    """A moment or later."""
    return django_filters.IsoDateTimeFilter(field_name=field_name, lookup_expr="gte")


def before(field_name: str) -> django_filters.IsoDateTimeFilter:
    """Earlier than a moment."""
    return django_filters.IsoDateTimeFilter(field_name=field_name, lookup_expr="lt")


__all__ = ["Exact", "FilterBackend", "Filters", "before", "one_of", "since"]
