"""A document is one literal, whatever it says: a letter of it that is read as SQL is somebody else's command."""

from __future__ import annotations

import random

import orjson
import pytest
from django.db import connection

from config.postgresql.documents import Document
from workflows import statements

pytestmark = pytest.mark.django_db

SAYINGS = [
    "",
    "plain",
    "it's \"quoted\" 'twice''",
    "back\\slash \\' \\\\",
    "$json$",
    "$json$ $json1$ $json2$",
    "$json",
    "$$ $ $1 $json1",
    "100 % %s %(name)s",
    "'); DROP TABLE accounts_user; --",
    "/* -- ; */",
    "客户等级 😀 \u2028",
    "x" * 100_000,
]


def read_back(document: Document) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text", [document])  # type: ignore[list-item]
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize("text", SAYINGS)
def test_what_it_says_is_what_arrives(text):
    assert read_back(Document(text.encode())) == text
    found = statements.ask("SELECT %(it)s::jsonb->>'said'", parameters={"it": Document(orjson.dumps({"said": text}))})
    assert found == (text,)


def test_no_mix_of_marks_ends_it_early():
    dice = random.Random(7)
    parts = ["$", "json", "$json$", "$json1$", "1", "'", "\\", ";", "\n", "%"]
    for _ in range(200):
        text = "".join(dice.choices(parts, k=dice.randrange(1, 9)))
        assert read_back(Document(text.encode())) == text


def test_a_nul_would_cut_it_and_is_refused():
    with pytest.raises(ValueError, match="NUL"):
        read_back(Document(b"before\0after"))
    assert read_back(Document(b"after")) == "after"
