"""Pages of limited size that go on where the last row ended, so that page 1,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db.models import Field, Q
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from api.errors import FieldsRefused

PAGE, MAX_PAGE = 50, 200
CURSOR, PAGE_SIZE, ORDERING = "cursor", "page_size", "ordering"


class KeysetPagination(BasePagination):
    """``{"results": [...], "next": url or null}`` over the view's ``orderings``: name -> columns, the last one unique.

    The first entry of ``orderings`` is the default; none of the columns may be null.
    """

    request: Request
    following: str | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The rows of the asked page. Raises FieldsRefused for a bad size, ordering or cursor."""
        self.request = request
        size = page_size(request)
        name, columns = self._ordering(request, view)
        rows = queryset.order_by(*columns)
        cursor = request.query_params.get(CURSOR)
        if cursor:
            rows = rows.filter(_after(queryset.model, columns, _opened(cursor, name, len(columns))))
        found = list(rows[: size + 1])
        if len(found) > size:
            values = [getattr(found[size - 1], _bare(column)) for column in columns]
            self.following = sealed_cursor([name, *values])
        return found[:size]

    def get_paginated_response(self, data: Any) -> Response:
        """The page with the address of the next one."""
        return Response({"results": data, "next": next_address(self.request, self.following)})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """How a page looks, for the OpenAPI schema."""
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": {"type": "array", "items": schema.get("items", schema)},
                "next": {"type": "string", "format": "uri", "nullable": True},
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters of a list, for the OpenAPI schema."""
        size = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": PAGE}
        found: list[dict[str, Any]] = [
            {"name": PAGE_SIZE, "in": "query", "schema": size},
            {"name": CURSOR, "in": "query", "schema": {"type": "string"}, "description": "Taken from `next`."},
        ]
        names = list(getattr(view, "orderings", {}))
        if len(names) > 1:
            choice = {"type": "string", "enum": names, "default": names[0]}
            found.append({"name": ORDERING, "in": "query", "schema": choice})
        return found

    def _ordering(self, request: Request, view: Any) -> tuple[str, Sequence[str]]:
        orderings: Mapping[str, Sequence[str]] = view.orderings
        name = request.query_params.get(ORDERING) or next(iter(orderings))
        if name not in orderings:
            raise FieldsRefused(ordering=_("One of: %(names)s.") % {"names": ", ".join(orderings)})
        columns = orderings[name]
        if {_bare(column) for column in columns} & view.masked:
            raise FieldsRefused(ordering=_("You may not read this field."))
        return name, columns


def page_size(request: Request) -> int:
    """How many rows are asked for, 1 to MAX_PAGE. Raises FieldsRefused."""
    text = request.query_params.get(PAGE_SIZE) or str(PAGE)
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MAX_PAGE):
        raise FieldsRefused(page_size=_("A number from 1 to %(limit)s.") % {"limit": MAX_PAGE})
    return int(text)


def sealed_cursor(values: Sequence[Any]) -> str:
    """Values as an opaque text for an address."""
    return base64.urlsafe_b64encode(orjson.dumps(list(values), default=str)).decode().rstrip("=")


def opened_cursor(text: str) -> list[Any]:
    """The values of a cursor. Raises FieldsRefused."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        values = None
    if not isinstance(values, list):
        raise bad_cursor()
    return values


def bad_cursor() -> FieldsRefused:
    """The refusal of a cursor that this list did not give out."""
    return FieldsRefused(cursor=_("Use the address in next as it was given."))


def next_address(request: Request, cursor: str | None) -> str | None:
    """The address of the page that begins at a cursor."""
    if cursor is None:
        return None
    return replace_query_param(remove_query_param(request.build_absolute_uri(), CURSOR), CURSOR, cursor)


def _opened(text: str, name: str, length: int) -> list[Any]:
    values = opened_cursor(text)
    if len(values) != length + 1 or values[0] != name:
        raise bad_cursor()
    return values[1:]


def _after(model: Any, columns: Sequence[str], values: Sequence[Any]) -> Q:
    """The rows behind these values: a bound the index serves, and the exact comparison of all columns."""
    typed = [_typed(model._meta.get_field(_bare(column)), value) for column, value in zip(columns, values, strict=True)]
    exact, same = Q(pk__in=[]), Q()
    for column, value in zip(columns, typed, strict=True):
        exact |= same & Q(**{f"{_bare(column)}__{'lt' if column.startswith('-') else 'gt'}": value})
        same &= Q(**{_bare(column): value})
    first = columns[0]
    return Q(**{f"{_bare(first)}__{'lte' if first.startswith('-') else 'gte'}": typed[0]}) & exact


def _typed(field: Field[Any, Any], value: Any) -> Any:
    if not isinstance(value, str | int):
        raise bad_cursor()
    try:
        typed = field.to_python(str(value))
    except (ValidationError, ValueError, OverflowError):
        raise bad_cursor() from None
    is_naive = isinstance(typed, datetime) and typed.tzinfo is None
    too_large = isinstance(typed, int) and abs(typed) >= 2**31
    if is_naive or too_large or "\x00" in str(value):
        raise bad_cursor()
    return typed


def _bare(column: str) -> str:
    return column.removeprefix("-")
