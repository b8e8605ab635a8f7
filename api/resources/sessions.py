"""Logging in for a token, logging out, one's own tokens, and who one is."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import logout as end_session
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.queries import group_keys
from api.authentication import lacks_second_factor
from api.errors import FieldsRefused, Refused
from api.models import AccessToken, TokenScope
from api.second_factor import has_second_factor, is_right_code
from api.serializers import Body, PersonSerializer, UnitSerializer
from api.throttling import LoginThrottle
from api.tokens import issue_token, revoke_tokens
from api.views import ApiViewSet

LONGEST_HOURS = 24 * 90


class LoginBody(Body):
    """Name (or e-mail) and password; ``code`` where a second factor is set up."""

    username = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=200, trim_whitespace=False, style={"input_type": "password"})
    code = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    name = serializers.CharField(max_length=100, required=False, allow_blank=True, default="", help_text="Your note.")
    scope = serializers.ChoiceField(choices=TokenScope.choices, required=False, default=TokenScope.FULL)
    hours = serializers.IntegerField(min_value=1, max_value=LONGEST_HOURS, required=False)


class TokenSerializer(serializers.ModelSerializer[AccessToken]):
    """An access token, without its secret."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    created_at = serializers.DateTimeField(source="created", read_only=True)
    expires_at = serializers.DateTimeField(source="expiry", read_only=True)
    is_current = serializers.SerializerMethodField(help_text="Whether this request used it.")

    class Meta:
        model = AccessToken
        fields: tuple[str, ...] = ("id", "name", "scope", "created_at", "expires_at", "is_current")
        read_only_fields = fields

    def get_is_current(self, token: AccessToken) -> bool:
        """Whether the request came with this token."""
        used = self.context["request"].auth
        return isinstance(used, AccessToken) and used.pk == token.pk


class NewTokenSerializer(TokenSerializer):
    """A new token: ``token`` is shown this once. Send it as ``Authorization: Token <token>``."""

    token = serializers.CharField(read_only=True, source="secret")

    class Meta(TokenSerializer.Meta):
        fields: tuple[str, ...] = ("token", *TokenSerializer.Meta.fields)
        read_only_fields = fields


class MeSerializer(PersonSerializer):
    """Who asks."""

    language = serializers.CharField(read_only=True)
    org_unit = UnitSerializer(read_only=True, allow_null=True)
    groups = serializers.SerializerMethodField(help_text="Roles, and role@unit, by which tasks are offered to you.")

    class Meta(PersonSerializer.Meta):
        fields = (*PersonSerializer.Meta.fields, "email", "language", "zone", "org_unit", "groups")
        read_only_fields = fields

    def get_groups(self, user: User) -> list[str]:
        """The group keys."""
        return sorted(group_keys(user))


class LoginViewSet(ApiViewSet):
    """Logging in."""

    queryset = AccessToken.objects.none()
    serializer_class = NewTokenSerializer
    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (LoginThrottle,)
    idempotent = False

    @extend_schema(request=LoginBody, responses={201: NewTokenSerializer}, auth=[])
    @action(detail=False, methods=["post"])
    def login(self, request: Request) -> Response:
        """Trade name and password for a token that expires."""
        values = self.received(LoginBody)
        user = _authenticated(request, values)
        hours = values.get("hours")
        valid: Any = timedelta(hours=hours) if hours else settings.REST_KNOX["TOKEN_TTL"]
        address = request.META.get("REMOTE_ADDR")
        made, secret = issue_token(user, scope=values["scope"], valid=valid, name=values["name"], address=address)
        shown: Any = made
        shown.secret = secret
        return self.shown(shown, NewTokenSerializer, HTTPStatus.CREATED)


class SessionViewSet(ApiViewSet):
    """One's own tokens and session."""

    queryset = AccessToken.objects.none()
    serializer_class = TokenSerializer
    lookup_field = "public_id"
    orderings = {"newest": ("-created", "public_id")}
    masked: frozenset[str] = frozenset()
    any_scope = True
    idempotent = False

    @extend_schema(request=None, responses={204: None})
    @action(detail=False, methods=["post"])
    def logout(self, request: Request) -> Response:
        """End the token, or the session, that this request came with."""
        if isinstance(request.auth, AccessToken):
            revoke_tokens([request.auth])
        else:
            end_session(request._request)
        return Response(status=HTTPStatus.NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    @action(detail=False, methods=["post"], url_path="logout-all")
    def logout_all(self, request: Request) -> Response:
        """End all your tokens."""
        revoke_tokens(list(AccessToken.objects.filter(user=self.user)))
        return Response(status=HTTPStatus.NO_CONTENT)

    @extend_schema(responses=TokenSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Your tokens."""
        return self.listed(AccessToken.objects.filter(user=self.user), TokenSerializer)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, public_id: str) -> Response:
        """End one of your tokens."""
        found = AccessToken.objects.filter(user=self.user, public_id=public_id)
        if not found:
            raise Refused(HTTPStatus.NOT_FOUND, "not-found", _("There is no such token."))
        revoke_tokens(list(found))
        return Response(status=HTTPStatus.NO_CONTENT)

    @extend_schema(responses=MeSerializer)
    @action(detail=False, methods=["get"])
    def me(self, request: Request) -> Response:
        """Who you are to Baton."""
        return Response(MeSerializer(self.user, context=self.get_serializer_context()).data)


def _authenticated(request: Request, values: dict[str, Any]) -> User:
    """The person, checked like on the login page: same lock-out, same record of failures, second factor included."""
    name = values["username"].strip()
    credentials = {"email" if "@" in name else "username": name, "password": values["password"]}
    try:
        user = get_adapter().authenticate(request._request, **credentials)
    except ValidationError as locked_out:
        raise Refused(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too-many-logins",
            " ".join(locked_out.messages),
            headers={"Retry-After": "300"},
        ) from None
    if not isinstance(user, User) or not user.is_active:
        raise Refused(HTTPStatus.UNAUTHORIZED, "wrong-login", _("Name or password is wrong."))
    if lacks_second_factor(user):
        raise Refused(HTTPStatus.FORBIDDEN, "second-factor-missing", _("Set up a second factor first."))
    if has_second_factor(user):
        if not values["code"]:
            raise FieldsRefused(code=_("Give a code of your second factor."))
        if not is_right_code(request._request, user, values["code"]):
            raise Refused(HTTPStatus.UNAUTHORIZED, "wrong-login", _("The code is wrong."))
    return user
