"""The OpenAPI schema: valid, complete, and true to what is answered."""

from __future__ import annotations

import io

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator

from api.schema import METHODS
from tests.api.conftest import URL, caller
from tests.crm import customer

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def schema():
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--urlconf", "tests.api.addresses", stdout=out)
    return yaml.safe_load(out.getvalue())


def operations(schema):
    for address, item in schema["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method} {address}", item[method]


def test_it_works(schema):
    names = dict(operations(schema))
    for name in ("get /api/v1/tasks/", "post /api/v1/tasks/{id}/complete/", "patch /api/v1/customers/{id}/"):
        assert name in names
    assert len(names) > 60


def test_every_operation_has_examples_that_fit(schema):
    for name, operation in operations(schema):
        bodies = [operation.get("requestBody", {}).get("content", {})]
        bodies += [response.get("content", {}) for response in operation["responses"].values()]
        found = [entry for content in bodies for entry in content.values() if "schema" in entry]
        assert found, name
        for entry in found:
            assert entry["examples"], name
            for example in entry["examples"].values():
                assert_fits(schema, entry["schema"], example["value"], name)


def test_every_operation_says_how_it_refuses(schema):
    error = {"$ref": "#/components/schemas/Error"}
    for name, operation in operations(schema):
        refusals = {code: body for code, body in operation["responses"].items() if code.startswith("4")}
        assert "429" in refusals, name
        assert all(body["content"]["application/json"]["schema"] == error for body in refusals.values()), name
        headers = {each["name"] for each in operation.get("parameters", []) if each["in"] == "header"}
        assert ("If-Match" in headers) == name.startswith("patch"), name


def test_what_is_answered_fits_the_schema(schema, alice):
    row = customer(alice)
    client = caller(alice)
    for address, path in (
        (f"{URL}/customers/{row.pk}/", "/api/v1/customers/{id}/"),
        (f"{URL}/customers/", "/api/v1/customers/"),
        (f"{URL}/me/", "/api/v1/me/"),
        (f"{URL}/definitions/", "/api/v1/definitions/"),
    ):
        said = schema["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert_fits(schema, said, client.get(address).json(), path)


def test_schema_and_page_are_served_without_anything_from_outside():
    client = Client()
    assert client.get("/api/schema/").status_code == 200
    page = client.get("/api/docs/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "//" not in text.replace("<!-- ", "").split("<body>")[0].replace("https://fonts", "X//")
    assert "<script>" not in text
    assert client.get("/api/docs/?script=").status_code == 200


def assert_fits(schema, said, value, name):
    """Validate by JSON Schema, after turning OpenAPI's nullable into a type."""
    whole = nullable({**said, "components": schema["components"]})
    errors = [error.message for error in Draft202012Validator(whole).iter_errors(value)]
    assert not errors, (name, errors[:3])


def nullable(part):
    """The same schema in JSON Schema's words."""
    if isinstance(part, list):
        return [nullable(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {key: nullable(value) for key, value in part.items()}
    if found.pop("nullable", False) is True:
        return {"anyOf": [found, {"type": "null"}]}
    return found
