"""One element whose foreign attributes and extensions are being converted, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass

from bpmn.importing.changes import Changes
from bpmn.importing.editing import Element, extend, local
from bpmn.importing.templates import template_to_feel


@dataclass(slots=True)
class Place:
    """``prefix`` is what people call the namespace by; ``what`` names the attribute or extension at hand."""

    element: Element
    namespace: str
    prefix: str
    changes: Changes
    forms: dict[str, bytes]
    """The form files made of what the diagram says, by name."""
    what: str = ""

    @property
    def kind(self) -> str:
        """The BPMN name of the element."""
        return local(self.element)

    @property
    def owner(self) -> Element:
        """The element that Camunda 8 extends: of an event definition its event."""
        return self.element.getparent() if self.kind.endswith("EventDefinition") else self.element

    def get(self, name: str) -> str | None:
        """Another attribute of the same namespace."""
        found = self.element.get(f"{{{self.namespace}}}{name}")
        return None if found is None else str(found)

    def take(self, name: str, after: str) -> str | None:
        """Remove another attribute of the same namespace, which became ``after``; its value, if it was there."""
        value = self.get(name)
        if value is not None:
            del self.element.attrib[f"{{{self.namespace}}}{name}"]
            self.changes.done("converted", self.element, what=f"{self.prefix}:{name}", before=value, after=after)
        return value

    def converted(self, before: str, after: str) -> bool:
        """Tell that what is at hand became ``after``."""
        self.changes.done("converted", self.element, what=self.what, before=before, after=after)
        return True

    def dropped(self, value: str) -> bool:
        """Tell that what is at hand has gone, since it only told the other engine how to run."""
        self.changes.done("dropped", self.element, name=self.what, value=value[:200])
        return True

    def set(self, extension: str, key: str, value: str, before: str | None = None) -> bool:
        """Give the element a zeebe extension whose attribute says the same as ``value``, if that can be said.

        ``before`` is what stood there where ``value`` is only a part of it.
        """
        feel = template_to_feel(value)
        if feel is None:
            return False
        extend(self.owner, extension, **{key: feel})
        return self.converted(value if before is None else before, feel)
