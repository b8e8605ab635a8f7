"""Making labels, and putting them on items."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import OrgUnit, User
from config import clock
from tasks_inbox import audiences, labels, operations
from tasks_inbox.commands.requiring import locked
from tasks_inbox.exceptions import LabelTaken, LabelUnfit, LabelUnknown
from tasks_inbox.label_rights import may_change, may_keep_for
from tasks_inbox.models import Label, Labelling, WorkItem, WorkItemEvent
from workflows import statements
from workflows.locks import retrying
from workflows.rows import Table

Kind = WorkItemEvent.Kind
NAME_LIMIT = 40
_LABELLINGS = Table(Labelling)


@retrying
@transaction.atomic(durable=True)
def create_label(*, actor: User, name: str, colour: str = "", unit: OrgUnit | None = None) -> Label:
    """Make a label of one's own, or for a unit whose labels one keeps (its head, and who hands out its tasks).

    Refuses names that are empty, longer than 40 characters or taken, unknown colours, and a 51st label.
    """
    words = _name(name, colour)
    if unit is not None and not may_keep_for(actor, unit):
        raise LabelUnknown
    User.objects.select_for_update().get(pk=actor.pk)  # two labels at once are counted one after the other
    whose = {"unit": unit} if unit is not None else {"owner": actor}
    kept = Label.objects.filter(**whose)
    if kept.filter(name__iexact=words).exists():
        raise LabelTaken
    if kept.count() >= labels.MOST_OF_ONE:
        raise LabelUnfit
    made = Label.objects.create(name=words, colour=colour, **whose)
    _note("label.created", actor, made)
    return made


@retrying
@transaction.atomic(durable=True)
def change_label(*, actor: User, label_id: UUID, name: str, colour: str) -> Label:
    """Call a label something else, or give it another colour; wherever it is, it shows so."""
    words = _name(name, colour)
    label = _changeable(actor, label_id)
    others = Label.objects.filter(owner=label.owner_id, unit=label.unit_id, name__iexact=words).exclude(pk=label.pk)
    if others.exists():
        raise LabelTaken
    label.name, label.colour = words, colour
    label.save(update_fields=["name", "colour"])
    _note("label.changed", actor, label)
    return label


@retrying
@transaction.atomic(durable=True)
def delete_label(*, actor: User, label_id: UUID) -> None:
    """Do away with a label everywhere; the tasks stay."""
    label = _changeable(actor, label_id)
    _note("label.deleted", actor, label)
    label.delete()


@retrying
@transaction.atomic(durable=True)
@statements.together()
def label_work_item(*, actor: User, work_item_id: UUID, label_id: UUID) -> WorkItem:
    """Put one of one's labels, or one of one's team's, on an item; at most 10. Twice is once."""
    item = locked(actor, work_item_id)
    label = _usable(actor, label_id)
    on = Labelling.objects.filter(item=item)
    if on.filter(label=label).exists():
        return item
    if on.filter(labels.known_to(actor, "label__")).count() >= labels.MOST_ON_ITEM:
        raise LabelUnfit
    _LABELLINGS.insert([Labelling(item=item, label=label, by=actor, at=clock.now())], "DO NOTHING")
    _labelled(item, label, Kind.LABELLED, actor)
    return item


@retrying
@transaction.atomic(durable=True)
@statements.together()
def unlabel_work_item(*, actor: User, work_item_id: UUID, label_id: UUID) -> WorkItem:
    """Take a label one may use off an item; nothing happens where it is not on it."""
    item = locked(actor, work_item_id)
    label = _usable(actor, label_id)
    if Labelling.objects.filter(item=item, label=label).delete()[0]:
        _labelled(item, label, Kind.UNLABELLED, actor)
    return item


def _labelled(item: WorkItem, label: Label, kind: str, actor: User) -> None:
    """A label of one's own is nobody else's business: the history has no name of it, only one's screens hear."""
    personal = label.is_personal
    operations.record_event(item, kind, actor=actor, data={"personal": True} if personal else {"label": label.name})
    if personal:
        audiences.tell_person(item, actor.pk)
    else:
        operations.touch([item])


def _usable(actor: User, label_id: UUID) -> Label:
    try:
        label = labels.labels_for(actor).filter(pk=label_id).first()
    except (ValidationError, ValueError):
        label = None
    if label is None:
        raise LabelUnknown
    return label


def _changeable(actor: User, label_id: UUID) -> Label:
    label = Label.objects.select_related("unit").select_for_update(of=("self",)).filter(pk=label_id).first()
    if label is None or not may_change(actor, label):
        raise LabelUnknown
    return label


def _name(name: str, colour: str) -> str:
    words = " ".join(name.split()) if len(name) <= 10 * NAME_LIMIT else ""
    if not 0 < len(words) <= NAME_LIMIT or not words.isprintable() or colour not in Label.Colour.values:
        raise LabelUnfit
    return words


def _note(act: str, actor: User, label: Label) -> None:
    whose = {"unit": label.unit.code} if label.unit is not None else {}
    audit.record(act, actor=actor, subject_kind="label", subject_id=str(label.pk), data=whose)
