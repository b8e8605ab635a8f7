"""What notifications say of the person they are about."""

from __future__ import annotations

from django.db.models import Q

from notifications.models import Bot, Notification, Preference, Sending
from tasks_inbox.models import WorkItem
from workflows.erasing.histories import processes
from workflows.erasing.person import Person
from workflows.erasing.registry import personal_data, spare


def about(person: Person) -> Q:
    """Notifications about the person's records, or about tasks of their processes."""
    found = Q(pk__in=[])
    for kind in {kind for kind, _ in person.records}:
        found |= Q(subject_kind=kind, subject_id__in=person.ids(kind))
    items = WorkItem.objects.filter(processes(person)).values_list("pk", flat=True)
    return found | Q(subject_id__in=[str(item) for item in items])


personal_data(Notification, "notifications", "data", about=about)
spare(
    "which sentence, about which row",
    {Notification: "template subject_kind subject_id key", Preference: "template"},
)
spare("which rows a letter or post is about, by id, and what kind of error kept it", {Sending: "key data failure"})
spare(
    "an administrator's words about a chat, and what may post there",
    {Bot: "name address_sealed host secret_sealed audience events text"},
)
