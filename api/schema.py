"""The OpenAPI schema: what every operation shares, and an example for each."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny

from api.examples import example_of
from api.throttling import StrangerThrottle

METHODS = ("get", "post", "put", "patch", "delete")
ERRORS = {
    "400": "Values are missing or wrong.",
    "401": "Not logged in, or the token has ended.",
    "403": "Seen, but you may not do this.",
    "404": "Not there, or not for you to see.",
    "409": "Not possible in the present state, or a key that is in use.",
    "412": "Somebody changed it after you read it.",
    "422": "The idempotency key was used for another body.",
    "428": "If-Match is missing.",
    "429": "Too many requests; Retry-After says when to go on.",
}
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Any text you make up: the same key acts once within 24 hours, and answers the same again.",
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "example": '"3"',
    "description": "The ETag of the version you saw.",
}
WITHOUT_KEY = ("/auth/", "/reveal-id-no/")


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the token is sent."""

    target_class = "api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The header."""
        words = "`Token <token>`, from POST /api/v1/auth/login/."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": words}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session of the pages."""

    target_class = "api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The cookie."""
        words = "The session of the pages' login; requests that change something need the X-CSRFToken header."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": words}


class SchemaView(SpectacularAPIView):
    """The schema, for everybody."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (StrangerThrottle,)


def complete(result: dict[str, Any], generator: SchemaGenerator, **_more: Any) -> dict[str, Any]:
    """Add to every operation its refusals, its headers and its examples."""
    components = result["components"]["schemas"]
    _add_error(components)
    for address, item in result["paths"].items():
        for method in METHODS:
            if method in item:
                _headers(item[method], method, address)
                _examples(item[method], components)
                _refusals(item[method], method, address)
    return result


def _add_error(components: dict[str, Any]) -> None:
    text = {"type": "string"}
    body = {
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": {**text, "description": "Stable; for programs."},
            "message": {**text, "description": "One sentence in the reader's language; for people."},
            "fields": {"type": "object", "additionalProperties": {"type": "array", "items": text}},
            "detail": {"description": "More, depending on the code."},
        },
    }
    components["Error"] = {
        "type": "object",
        "required": ["error"],
        "description": "Every refusal has this shape.",
        "properties": {"error": body},
    }


def _headers(operation: dict[str, Any], method: str, address: str) -> None:
    found = operation.setdefault("parameters", [])
    if method == "post" and not any(part in address for part in WITHOUT_KEY):
        found.append(IDEMPOTENCY)
    if method == "patch":
        found.append(IF_MATCH)


def _examples(operation: dict[str, Any], components: dict[str, Any]) -> None:
    contents = [operation.get("requestBody", {}).get("content", {})]
    contents += [response.get("content", {}) for response in operation["responses"].values()]
    for content in contents:
        for body in content.values():
            if "schema" in body and "examples" not in body:
                body["examples"] = {"example": {"value": example_of(body["schema"], components)}}


def _refusals(operation: dict[str, Any], method: str, address: str) -> None:
    codes = {"429"}
    if operation.get("security") != [{}]:
        codes |= {"401", "403"}
    if "{" in address:
        codes.add("404")
    if method != "delete":
        codes.add("400")
    if method in {"post", "put"}:
        codes |= {"409", "422"} if method == "post" else {"409"}
    if method == "patch":
        codes |= {"409", "412", "428"}
    for code in sorted(codes):
        shape = {"$ref": "#/components/schemas/Error"}
        example = {"error": {"code": "see-code", "message": ERRORS[code]}}
        content = {"application/json": {"schema": shape, "examples": {"example": {"value": example}}}}
        operation["responses"].setdefault(code, {"description": ERRORS[code], "content": content})
