"""JSON as a value of a statement, quoted without looking at each of its letters."""

from __future__ import annotations

from psycopg2 import extensions


class Document:
    """A JSON document in the bytes of its UTF-8; the whole of it is one literal, whatever it says.

    It goes between dollars, where quotes and backslashes mean nothing; only the closing mark ends it, and a mark is
    taken that does not occur in it. Raises ValueError when it is sent for a NUL, which PostgreSQL takes for the end.
    """

    __slots__ = ("text",)

    def __init__(self, text: bytes) -> None:
        self.text = text

    def getquoted(self) -> bytes:
        """The literal; psycopg2 asks for it."""
        text = self.text
        if b"\0" in text:
            raise ValueError("a document with a NUL cannot be sent")
        mark, number = b"$json$", 0
        # also where the end of the text and the beginning of the mark would make one
        while (text + mark).find(mark) != len(text):
            number += 1
            mark = b"$json%d$" % number
        return b" " + mark + text + mark


extensions.register_adapter(Document, lambda document: document)
