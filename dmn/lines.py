"""On which line each element of an XML file begins: the parser itself only knows where a start tag ends."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree

_QUOTED = rb"\"[^\"]*\"|'[^']*'"
_MARKUP = re.compile(
    rb"<(?:!--.*?--|!\[CDATA\[.*?\]\]|\?.*?\?|/[^>]*|(?P<start>[^!?/][^\"'>]*(?:(?:" + _QUOTED + rb")[^\"'>]*)*))>",
    re.DOTALL,
)
_WIDE = {
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
"""Encodings in which ``<`` is not one byte, by the first two bytes of a file."""
_MOST = 65_535
"""As far as the parser's own field for a line reaches."""


def start_lines(data: bytes) -> Iterator[int]:
    """The line of every start tag of a well-formed file, in document order, counted from 1."""
    wide = _WIDE.get(data[:2])
    if wide is not None:
        data = data.decode(wide, "replace").encode()
    line, at = 1, 0
    for found in _MARKUP.finditer(data):
        if found["start"] is not None:
            line += data.count(b"\n", at, found.start())
            at = found.start()
            yield line


def start_line(data: bytes, number: int) -> int:
    """The line of the ``number``-th start tag (from 1) of a file, 0 where there is none."""
    return next(islice(start_lines(data), number - 1, None), 0)


def number_lines(root: etree._Element, data: bytes) -> None:
    """Correct the line of every element below ``root``, which was read from ``data``.

    Past line 65,535, which no element can be told to stand on, the parser's own count stays.
    """
    elements: Iterator[Any] = root.iter("*")
    for element, line in zip(elements, start_lines(data), strict=False):
        if line >= _MOST:
            return
        element.sourceline = line
