"""Small questions about XML elements of a BPMN file."""

from __future__ import annotations

from lxml import etree

from bpmn.vocabulary import BPMN, PREFIXES

BPMN_PREFIX = f"{{{BPMN}}}"


def local(element: etree._Element) -> str:
    """The BPMN name of an element, "" for one of another namespace."""
    tag = str(element.tag)
    return tag[len(BPMN_PREFIX) :] if tag.startswith(BPMN_PREFIX) else ""


def prefixed(tag: str) -> str:
    """``bpmn:userTask`` for a tag in braces notation; unknown namespaces stay written out."""
    namespace, _, name = tag.rpartition("}")
    namespace = namespace.lstrip("{")
    return f"{PREFIXES.get(namespace, namespace)}:{name}"


def is_repeated(element: etree._Element) -> bool:
    """Whether an element before it, in the same place, has the same tag."""
    return next(element.itersiblings(str(element.tag), preceding=True), None) is not None


def text_of(element: etree._Element) -> str | None:
    """The text of an element without space around it, None where there is none."""
    return (element.text or "").strip() or None
