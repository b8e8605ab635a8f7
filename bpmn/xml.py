"""Reading XML from strangers: no entities, no document types, no network, bounded size and depth."""

from __future__ import annotations

from typing import Any

from lxml import etree

from dmn.lines import number_lines, start_line

MAX_BYTES = 20 * 1024 * 1024
MAX_DEPTH = 200
MAX_ELEMENTS = 100_000
MAX_ATTRIBUTES = 1_000
_CHUNK = 64 * 1024


class XmlRefused(Exception):
    """The file is not read at all; ``code`` says why, ``values`` fill its sentence, ``line`` is 0 where unknown."""

    def __init__(self, code: str, line: int = 0, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.values: dict[str, Any] = values


def parse(data: bytes) -> etree._Element:
    """The root element of ``data``.

    Refuses (XmlRefused) ``too-large`` over 20 MB, ``empty-file``, ``doctype`` any document type declaration,
    ``not-xml`` with the parser's reason and position, ``too-deep`` over 200 levels, ``too-many-elements`` over 100,000,
    ``too-many-attributes`` over 1,000 of one element. Comments and processing instructions are left out.
    """
    if len(data) > MAX_BYTES:
        raise XmlRefused("too-large", size=len(data), limit=MAX_BYTES)
    if not data.strip():
        raise XmlRefused("empty-file")
    parser: Any = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        watch = _Watch(data)
        for begin in range(0, len(data), _CHUNK):
            parser.feed(data[begin : begin + _CHUNK])
            for action, element in parser.read_events():
                watch.see(action, element)
        root: etree._Element = parser.close()
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise XmlRefused("not-xml", line, column=column, reason=_reason(error)) from None
    number_lines(root, data)
    return root


class _Watch:
    """Stops a file while it is read: a document type at its root, then depth and number."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.depth = 0
        self.count = 0

    def see(self, action: str, element: etree._Element) -> None:
        if action == "end":
            self.depth -= 1
            return
        if not self.count:
            _refuse_document_type(element)
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH:
            self._refuse("too-deep", MAX_DEPTH)
        if len(element.attrib) > MAX_ATTRIBUTES:
            self._refuse("too-many-attributes", MAX_ATTRIBUTES)
        if self.count > MAX_ELEMENTS:
            self._refuse("too-many-elements", MAX_ELEMENTS)

    def _refuse(self, code: str, limit: int) -> None:
        raise XmlRefused(code, start_line(self.data, self.count), limit=limit)


def _refuse_document_type(root: Any) -> None:
    information = root.getroottree().docinfo
    if information.internalDTD is not None or information.doctype:
        raise XmlRefused("doctype", 1)


def _reason(error: etree.XMLSyntaxError) -> str:
    return (error.msg or "").split(", line ")[0]


def line_of(element: Any) -> int:
    """The line on which the start tag of an element begins, 0 where unknown."""
    return int(getattr(element, "sourceline", None) or 0)
