"""Reading request bodies: JSON of bounded size and depth that the database can store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser

MAX_BODY = 1_000_000
MAX_UPLOAD = 20_000_000
MAX_DEPTH = 32


class JSONParser(BaseParser):
    """JSON of at most MAX_BODY bytes and MAX_DEPTH levels, without NUL characters."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value in the body. Raises ParseError."""
        data = stream.read(MAX_BODY + 1)
        if len(data) > MAX_BODY:
            raise ParseError(_("The body is larger than %(limit)s bytes.") % {"limit": MAX_BODY}, "body-too-large")
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise ParseError(_("The body is no valid JSON."), "invalid-json") from error
        require_storable(value)
        return value


class UploadParser(MultiPartParser):
    """Files of a form, together at most MAX_UPLOAD bytes."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Data and files. Raises ParseError."""
        request = (parser_context or {})["request"]
        length = str(request.META.get("CONTENT_LENGTH") or "")
        if not length.isdigit() or int(length) > MAX_UPLOAD:
            raise ParseError(_("The files are larger than %(limit)s bytes.") % {"limit": MAX_UPLOAD}, "body-too-large")
        return super().parse(stream, media_type, parser_context)


def require_storable(value: Any, depth: int = 0) -> None:
    """Refuse values nested deeper than MAX_DEPTH and texts with NUL characters."""
    if depth > MAX_DEPTH:
        raise ParseError(_("The body is nested too deeply."), "nested-too-deeply")
    if isinstance(value, str):
        if "\x00" in value:
            raise ParseError(_("The body contains NUL characters."), "nul-character")
    elif isinstance(value, dict):
        for name, item in value.items():
            require_storable(name, depth)
            require_storable(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            require_storable(item, depth + 1)
