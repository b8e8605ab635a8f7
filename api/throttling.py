"""How often somebody may ask; the rates are in settings.REST_FRAMEWORK."""

from __future__ import annotations

from rest_framework.throttling import AnonRateThrottle, UserRateThrottle


class PersonThrottle(UserRateThrottle):
    """Every person, however many tokens they use."""

    scope = "person"


class StrangerThrottle(AnonRateThrottle):
    """Every address that has not logged in."""

    scope = "stranger"


class LoginThrottle(AnonRateThrottle):
    """Logins from one address; the narrow limit by account is the pages' own."""

    scope = "login"
