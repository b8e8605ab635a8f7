"""Small edits of a BPMN tree that keep what stands around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from bpmn.vocabulary import BPMN, ZEEBE

Element = Any
"""An lxml element; its stubs know too little to help here."""

_BEFORE_EXTENSIONS = {f"{{{BPMN}}}documentation"}


def bpmn(name: str) -> str:
    """A tag of BPMN 2.0."""
    return f"{{{BPMN}}}{name}"


def zeebe(name: str) -> str:
    """A tag of the Camunda 8 dialect."""
    return f"{{{ZEEBE}}}{name}"


def extensions(element: Element) -> Element:
    """The element's ``extensionElements``, made at its place when there are none."""
    found = element.find(bpmn("extensionElements"))
    if found is None:
        found = etree.Element(bpmn("extensionElements"))
        element.insert(sum(child.tag in _BEFORE_EXTENSIONS for child in element), found)
    return found


def extend(element: Element, name: str, **attributes: str) -> Element:
    """Give an element a zeebe extension, or add attributes to the one it has."""
    holder = extensions(element)
    found = holder.find(zeebe(name))
    if found is None:
        found = etree.SubElement(holder, zeebe(name))
    for key, value in attributes.items():
        found.set(key, value)
    return found


def extension(element: Element, name: str) -> Element | None:
    """The zeebe extension of this name, if the element has one."""
    holder = element.find(bpmn("extensionElements"))
    return None if holder is None else holder.find(zeebe(name))


def map_variable(element: Element, direction: str, source: str, target: str) -> None:
    """Add an input or output mapping."""
    mapping = extend(element, "ioMapping")
    entry = etree.Element(zeebe(direction), source=source, target=target)
    inputs = [child for child in mapping if child.tag == zeebe("input")]
    mapping.insert(len(inputs), entry) if direction == "input" else mapping.append(entry)


def remove(element: Element) -> None:
    """Take an element out, and its container of extensions when nothing else is in it."""
    parent = element.getparent()
    parent.remove(element)
    if parent.tag == bpmn("extensionElements") and len(parent) == 0 and parent.getparent() is not None:
        parent.getparent().remove(parent)


def extension_children(element: Element, namespace: str) -> Iterator[tuple[str, Element]]:
    """The extension elements of one namespace, with their local names; they may be removed meanwhile."""
    holder = element.find(bpmn("extensionElements"))
    for child in list(holder) if holder is not None else []:
        if str(child.tag).startswith(f"{{{namespace}}}"):
            yield local(child), child


def attributes(element: Element, namespace: str) -> Iterator[tuple[str, str]]:
    """The attributes of one namespace, with their local names; they may be removed meanwhile."""
    prefix = f"{{{namespace}}}"
    for key, value in list(element.attrib.items()):
        if str(key).startswith(prefix):
            yield str(key)[len(prefix) :], value


def local(element: Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]
