"""What every view of the API does: who asks, in which language, once per key, against which version."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from api import idempotency
from api.errors import Refused
from api.models import AccessToken, IdempotentRequest

UUID_PATTERN = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_TAG = re.compile(r'(?P<weak>W/)?"(?P<version>[^"]*)"')


class ApiViewSet(GenericViewSet[Any]):
    """A resource. ``idempotent`` False keeps answers that hold secrets from being stored."""

    lookup_value_regex = UUID_PATTERN
    idempotent = True
    token_scope = ""
    any_scope = False
    _kept: IdempotentRequest | None = None

    @property
    def user(self) -> User:
        """The person who asks."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Rights and limits first, then the idempotency key."""
        if "\x00" in request.path or any(
            "\x00" in text for pair in request.query_params.lists() for text in _texts(pair)
        ):
            raise Refused(HTTPStatus.BAD_REQUEST, "nul-character", _("The address contains NUL characters."))
        super().initial(request, *args, **kwargs)
        if request.method == "POST" and self.idempotent and isinstance(request.user, User):
            self._kept = idempotency.begin(request, request.user)

    def perform_authentication(self, request: Request) -> None:
        """A token's holder is answered in the language of their profile, unless the request asks for another."""
        super().perform_authentication(request)
        user = request.user
        if (
            isinstance(request.auth, AccessToken)
            and isinstance(user, User)
            and user.language
            and "Accept-Language" not in request.headers
        ):
            translation.activate(user.language)

    def handle_exception(self, exc: Exception) -> Response:
        """A repeated request gets the answer it got before."""
        if isinstance(exc, idempotency.AlreadyAnswered):
            return exc.response  # type: ignore[return-value]
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Nobody on the way keeps answers; the answer to a keyed request is kept here."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", "private, no-store")
        kept, self._kept = self._kept, None
        if kept is not None and isinstance(final, Response):
            final.render()
            idempotency.finish(kept, final)
        return final

    def received(self, serializer: type[Serializer[Any]], **options: Any) -> dict[str, Any]:
        """The checked values of the body. Raises ValidationError."""
        checked = serializer(data=self.request.data, context=self.get_serializer_context(), **options)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def shown(self, row: Any, serializer: type[Serializer[Any]], status: int = HTTPStatus.OK) -> Response:
        """One row as JSON, with its version as ETag where it has one."""
        data = serializer(row, context=self.get_serializer_context()).data
        version = getattr(row, "version", None)
        headers = {"ETag": f'"{version}"'} if isinstance(version, int) else {}
        return Response(data, status=status, headers=headers)

    def listed(
        self, rows: Any, serializer: type[Serializer[Any]], more: Callable[[list[Any]], dict[str, Any]] | None = None
    ) -> Response:
        """One page of rows as JSON; ``more`` reads what all of them need at once into the serializer's context."""
        paginator: Any = self.paginator
        page = paginator.paginate_queryset(rows, self.request, view=self)
        context = dict(self.get_serializer_context()) | (more(page) if more else {})
        data = serializer(page, many=True, context=context).data
        return paginator.get_paginated_response(data)  # type: ignore[no-any-return]

    def created(self, row: Any, serializer: type[Serializer[Any]], address: str) -> Response:
        """A new row, and where it is."""
        response = self.shown(row, serializer, HTTPStatus.CREATED)
        response["Location"] = self.request.build_absolute_uri(address)
        return response


def seen_version(request: Request, present: int) -> int | None:
    """The version of ``If-Match`` for a command to compare; None for ``*``.

    Raises Refused: 428 without the header, 400 when it is no ETag, 412 when it names other versions than ``present``.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise Refused(
            HTTPStatus.PRECONDITION_REQUIRED, "if-match-missing", _("Say with If-Match which version you saw.")
        )
    if header == "*":
        return None
    found = [_TAG.fullmatch(part.strip()) for part in header.split(",")]
    if None in found:
        raise Refused(HTTPStatus.BAD_REQUEST, "if-match-invalid", _('If-Match is an ETag such as "3", or *.'))
    versions = {match["version"] for match in found if match is not None and not match["weak"]}
    if str(present) not in versions:
        raise Refused(
            HTTPStatus.PRECONDITION_FAILED,
            "record-changed",
            _("Somebody changed this in the meantime. Read it again, then decide."),
            headers={"ETag": f'"{present}"'},
        )
    return present


def as_uuid(text: str) -> UUID:
    """The id in an address, which the route has checked."""
    return UUID(text)


def _texts(pair: tuple[str, list[Any]]) -> list[str]:
    return [pair[0], *map(str, pair[1])]
