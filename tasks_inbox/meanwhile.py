"""What changed under a task since somebody saw it: in its form, in the record beside it, and in the form itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from bpmn import forms
from tasks_inbox import contents, operations, signer_form
from tasks_inbox.contents import Mark
from tasks_inbox.models import WorkItem
from workflows import past, records
from workflows import queries as processes
from workflows.exceptions import InstanceNotFound


@dataclass(frozen=True, slots=True)
class Difference:
    """One value then and now, as stored; ``hidden`` ones are not the reader's to see and stand as None."""

    field: str
    old: Any
    new: Any
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What is different from what somebody saw. ``form_itself``: the task is asked by another form now."""

    form: tuple[Difference, ...] = ()
    record: tuple[Difference, ...] = ()
    form_itself: bool = False

    def __bool__(self) -> bool:
        return bool(self.form or self.record or self.form_itself)


NOTHING = Meanwhile()


def changed_since(user: User, item: WorkItem, seen: str, *, also_hidden: frozenset[str] = frozenset()) -> Meanwhile:
    """What changed since the person saw an open item they may see (``operations.shown_mark`` of then).

    Values they may not see are hidden, and ``also_hidden`` ones. Reads the history of
    the process: for the moment after a refusal.
    """
    mark = Mark.read(seen)
    if mark is None or not item.is_open:
        return NOTHING
    hidden = _mask(user, item) | also_hidden
    form: tuple[Difference, ...] = ()
    anew = False
    if mark.digest != operations.shown_mark(item).digest:
        form = tuple(_of_form(item, mark, hidden))
        anew = not form
    return Meanwhile(form, tuple(_of_record(user, item, mark, hidden)), anew)


def _of_form(item: WorkItem, mark: Mark, hidden: frozenset[str]) -> list[Difference]:
    schema = operations.form_of(item)
    if schema is None:
        return []
    then, now = _variables_then(item, mark), operations.form_variables(item)
    old, new = forms.prefill(schema, then), forms.prefill(schema, now)
    masked_old, masked_new = processes.mask(old, hidden), processes.mask(new, hidden)
    return [
        _difference(name, masked_old.get(name), masked_new.get(name))
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def _difference(name: str, old: Any, new: Any) -> Difference:
    """Where the mask leaves nothing of a difference, only that there is one."""
    return Difference(name, None, None, hidden=True) if old == new else Difference(name, old, new)


def _variables_then(item: WorkItem, mark: Mark) -> dict[str, Any]:
    try:
        then = past.step_variables_at(item.instance_id, item.step, mark.history)
    except InstanceNotFound:
        return {}
    return signer_form.without_decision(item, then) if item.signing else then


def _of_record(user: User, item: WorkItem, mark: Mark, hidden: frozenset[str]) -> list[Difference]:
    if not records.is_visible(user, item.record_kind, item.record_id):
        return []
    found: Mapping[str, tuple[Any, Any]] = contents.record_differences(item, mark)
    return [
        Difference(name, None, None, hidden=True)
        if name in hidden or (old is None and new is None)
        else Difference(name, old, new)
        for name, (old, new) in found.items()
    ]


def _mask(user: User, item: WorkItem) -> frozenset[str]:
    """What a person may not see on the record, nor on the customer whose data a process knows, too."""
    kinds = records.kinds()
    masks = [kinds[kind].mask_for(user) for kind in {item.record_kind, "customer"} if kind in kinds]
    return frozenset().union(*masks)
