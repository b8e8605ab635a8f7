"""Opening a DMN file that somebody else wrote: bounded in size, without entities, document types or network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from dmn.findings import DmnRefused, Finding
from dmn.lines import number_lines

MAX_BYTES = 8_000_000
MAX_ELEMENTS = 200_000
MAX_DEPTH = 200
_DOCTYPE = "<!DOCTYPE"
_DOCTYPES = tuple(_DOCTYPE.encode(code) for code in ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"))

NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
}
FEEL_NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/FEEL/20140401",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
        "https://www.omg.org/spec/DMN/20240513/FEEL/",
        "feel",
        "FEEL",
    }
)


def open_document(content: bytes, name: str) -> etree._Element:
    """The `definitions` element of a DMN file. Refuses anything malformed, oversized or of another kind."""
    if len(content) > MAX_BYTES:
        raise _refused("file-too-large", name, bytes=len(content), limit=MAX_BYTES)
    if any(mark in content for mark in _DOCTYPES):
        raise _refused("document-type-forbidden", name)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise _refused("xml-malformed", name, line=line, reason=str(error)) from error
    _check_size(root, name)
    if etree.QName(root).localname != "definitions" or etree.QName(root).namespace not in NAMESPACES:
        raise _refused("not-dmn", name, found=str(root.tag))
    number_lines(root, content)
    return root


def _check_size(root: etree._Element, name: str) -> None:
    """Bounds of number and nesting, so that no reader below needs its own."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refused("document-type-forbidden", name)
    depth = count = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            raise _refused("file-too-large", name, elements=count, depth=depth)


def _refused(code: str, element: str, line: int | None = None, **values: object) -> DmnRefused:
    return DmnRefused([Finding(code=code, element=element, values=values, line=line)])


# ── small questions every reader asks ───────────────────────────────────────────────────────────


def tag(element: etree._Element) -> str:
    """The local name of an element."""
    return etree.QName(element).localname


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The children in DMN's own namespace with one of the names; with no names all of them."""
    namespace = etree.QName(element).namespace
    for child in element:
        qualified = etree.QName(child)
        if qualified.namespace == namespace and (not names or qualified.localname in names):
            yield child


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of that name."""
    return next(children(element, name), None)


def text_of(element: etree._Element, name: str) -> str:
    """The text of a child, "" when it is absent; FEEL keeps its inner white space."""
    found = child(element, name)
    return "" if found is None else "".join(str(part) for part in found.itertext())


def identity(element: etree._Element) -> str:
    """The element's id, or that of the nearest ancestor that has one, or a word for it."""
    current: etree._Element | None = element
    while current is not None:
        if found := current.get("id"):
            return found
        if name := current.get("name"):
            return f"{tag(current)}:{name}"
        current = current.getparent()
    return "definitions"


def line_of(element: etree._Element) -> int:
    """The line of the file on which the element starts."""
    line: Any = element.sourceline  # the stubs do not know its type
    return int(line or 0)
