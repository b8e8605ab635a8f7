"""What a request may do before its command is asked: tokens of a narrow scope, and second factors that are due."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import User
from api.authentication import lacks_second_factor
from api.models import AccessToken, TokenScope


class WithinTokenScope(BasePermission):
    """A token reads by any scope and writes by ``full``, or by ``tasks`` where the view is about tasks."""

    message = _("This token may not do that.")
    code = "token-scope"

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the token's scope covers the request; sessions have no scope."""
        token = request.auth
        if not isinstance(token, AccessToken) or request.method in SAFE_METHODS or getattr(view, "any_scope", False):
            return True
        return token.scope == TokenScope.FULL or token.scope == getattr(view, "token_scope", "")


class SecondFactorSet(BasePermission):
    """Holders of roles that ask for a second factor set one up first."""

    message = _("Set up a second factor first.")
    code = "second-factor-missing"

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether nothing is missing."""
        return not isinstance(request.user, User) or not lacks_second_factor(request.user)
