"""The findings of the deploy check in words: what is wrong, and what to do about it, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop, override

from bpmn.checking.decision_sentences import DECISION_SENTENCES
from bpmn.checking.diagram_sentences import DIAGRAM_SENTENCES
from bpmn.checking.event_sentences import EVENT_SENTENCES
from bpmn.checking.feel_sentences import feel_sentence
from bpmn.checking.form_sentences import FORM_SENTENCES
from bpmn.checking.scenario_sentences import SCENARIO_SENTENCES
from bpmn.checking.task_sentences import TASK_SENTENCES
from bpmn.checking.token_sentences import TOKEN_SENTENCES
from bpmn.findings import Finding


def sentence(finding: Finding, language: str | None = None) -> str:
    """What was found, in ``language`` or the active one; names the element by its name and id."""
    with override(language) if language else _unchanged():
        entry = _entry(finding.code)
        return _fill(gettext(entry[0]), finding) if entry[0] else finding.code


def suggestion(finding: Finding, language: str | None = None) -> str:
    """What would mend it, in ``language`` or the active one."""
    with override(language) if language else _unchanged():
        text = _entry(finding.code)[1]
        return _fill(gettext(text), finding) if text else ""


def _entry(code: str) -> tuple[str, str]:
    if code.startswith("dmn-feel-") and code not in DECISION_SENTENCES:
        code = "dmn-feel"
    return ALL_SENTENCES.get(code, ("", ""))


class _unchanged:  # noqa: N801 - stands beside django's override
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def _fill(text: str, finding: Finding) -> str:
    values = {key: _shown(value) for key, value in finding.values.items()}
    if isinstance(values.get("feature"), str):
        values["feature"] = gettext(FEATURES.get(values["feature"], values["feature"]))
    if isinstance(values.get("position"), str):
        values["position"] = gettext(values["position"])
    values |= _reason(finding)
    return text.format_map(_Values(values, it=_subject(finding), element=finding.element or finding.file))


def _shown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {item}" for key, item in value.items())
    return ", ".join(str(item) for item in value) if isinstance(value, (list, tuple)) else value


def _reason(finding: Finding) -> dict[str, str]:
    """FEEL's reason in the reader's language, by the code that the finding carries."""
    values = finding.values
    if isinstance(values.get("feel"), Mapping):
        found = {**values, **values["feel"]}
        return {"reason": feel_sentence(found["code"], found, str(values["reason"]))}
    if finding.code == "dmn-feel-syntax":
        return {"message": feel_sentence(str(values.get("reason")), values, str(values.get("message")))}
    if finding.code.startswith("dmn-feel-"):
        return {"reason": feel_sentence(finding.code.removeprefix("dmn-feel-"), values, str(values.get("reason")))}
    return {}


def _subject(finding: Finding) -> str:
    name = finding.values.get("name")
    if finding.element and name:
        return f"“{name}” ({finding.element})"
    return finding.element or finding.file


_ = gettext_noop

FEATURES: Mapping[str, str] = {
    "transaction": _("a transaction"),
    "inclusive join": _("an inclusive gateway that joins"),
    "standard loop": _("a standard loop"),
    "loop cardinality": _("a loop by number"),
    "cancel event": _("a cancel event"),
    "message throw": _("a message sent without a handler"),
}

POSITIONS = (
    _("start event"),
    _("start event of an embedded sub-process"),
    _("interrupting start event of an event sub-process"),
    _("non-interrupting start event of an event sub-process"),
    _("intermediate catch event"),
    _("intermediate throw event"),
    _("interrupting boundary event"),
    _("non-interrupting boundary event"),
    _("end event"),
)

ALL_SENTENCES: Mapping[str, tuple[str, str]] = {
    **DIAGRAM_SENTENCES,
    **EVENT_SENTENCES,
    **TASK_SENTENCES,
    **FORM_SENTENCES,
    **DECISION_SENTENCES,
    **SCENARIO_SENTENCES,
    **TOKEN_SENTENCES,
}
"""Per code: what is wrong, and what to do about it."""
