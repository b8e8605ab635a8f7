"""What somebody is told of an act on a task: who did it to which task, named in every language."""

from __future__ import annotations

from django.conf import settings

from accounts.models import User
from bpmn import queries as definitions
from notifications.models import Urgency
from notifications.operations import News
from tasks_inbox.models import WorkItem, WorkItemEvent


def entry_for(event: WorkItemEvent, person: User, template: str, urgency: str = Urgency.NORMAL) -> News:
    """The news of one act for one person; asked again it is the same news."""
    item = event.item
    data = {
        "task": item.name,
        "task_in": _names_in_languages(item),
        "element": item.element,
        "number": item.record_number,
        "actor": event.actor.username if event.actor else None,
        "actor_in": {code: event.actor.name_in(code) for code, _name in settings.LANGUAGES} if event.actor else {},
    }
    key = f"{template}:{event.key}:{event.actor_id or 0}:{person.pk}"
    return News(person, template, data, ("work_item", str(item.pk)), urgency, key=key)


def _names_in_languages(item: WorkItem) -> dict[str, str]:
    """What the task is called in the languages its process has texts for."""
    texts = definitions.version_bundle(item.instance.version_id).texts
    names = {language: words.get(item.element, {}).get("name", "") for language, words in texts.items()}
    return {language: name for language, name in names.items() if name}
