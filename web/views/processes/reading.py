"""What the pages of processes read: the deployed ones with their names, how many run, what is open at which step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import permissions as permissions_of
from accounts.models import Action, Role, User
from accounts.queries import group_keys
from bpmn.exceptions import ProcessNotDeployed
from bpmn.models import ProcessDefinition, ProcessVersion, VersionFile
from bpmn.texts import read_texts
from tasks_inbox.models import WorkItem
from web.context import PROCESS_ROLES
from web.pages import reader
from workflows import permissions, queries, records
from workflows.models import Incident

NO_COUNTS = {"running": 0, "suspended": 0, "incidents": 0}
HEAT_STEPS = (1, 6, 9, 16)


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """A process as the list shows it; ``version`` is the live one, None while none is in use."""

    definition: ProcessDefinition
    version: ProcessVersion | None
    name: str
    counts: dict[str, int]
    starters: str


def works_with_processes(user: User) -> bool:
    """Whether processes are part of the person's work."""
    return user.is_superuser or bool(PROCESS_ROLES & group_keys(user))


def process_reader(request: HttpRequest) -> User:
    """The person, if processes are part of their work. Raises PermissionDenied."""
    user = reader(request)
    if not works_with_processes(user):
        raise PermissionDenied(_("Processes are looked after by process designers, publishers and operators."))
    return user


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when it is nothing but "yes"; None while a form is only shown."""
    return request.POST if request.method == "POST" else None


def process_rows(words: str = "") -> list[ProcessRow]:
    """All processes by name, those that fit the words; five queries however many there are."""
    versions = ProcessVersion.objects.filter(status=ProcessVersion.Status.LIVE).select_related("deployment__by")
    live = {version.definition_id: version for version in versions}
    definitions = list(ProcessDefinition.objects.all())
    names = _names(live.values(), {row.pk: row.key for row in definitions})
    counts, roles = queries.live_counts(), role_names()
    rows = [
        ProcessRow(
            definition=row,
            version=live.get(row.pk),
            name=names.get(row.pk) or row.name or row.key,
            counts=counts.get(row.key, NO_COUNTS),
            starters=starters(row, roles),
        )
        for row in definitions
    ]
    wanted = words.strip().casefold()
    return sorted(
        (row for row in rows if wanted in f"{row.name} {row.definition.key}".casefold()),
        key=lambda row: row.name.casefold(),
    )


def definition_of(key: str) -> ProcessDefinition:
    """The process. Raises ProcessNotDeployed."""
    found = ProcessDefinition.objects.filter(key=key).first()
    if found is None:
        raise ProcessNotDeployed(key)
    return found


def role_names() -> dict[str, str]:
    """All roles by code, as the reader calls them."""
    return {role.code: str(role) for role in Role.objects.all()}


def starters(definition: ProcessDefinition, roles: dict[str, str]) -> str:
    """Who may start the process by hand, in words."""
    kind = records.kinds().get(definition.record_kind)
    if kind is not None and kind.starts_itself:
        return _("nobody by hand")
    return ", ".join(roles.get(code, code) for code in definition.startable_by) or _("everybody")


def record_label(kind: str) -> str:
    """What a kind of record is called; its own name when no area knows it."""
    found = records.kinds().get(kind)
    return str(found.label) if found else kind


def beginning_of(user: User, kind: str) -> dict[str, Any] | None:
    """Where a process about records of a kind begins, in words; the link only for people it would let in."""
    found = records.kinds().get(kind)
    if found is None:
        return None
    if found.starts_itself:
        words = _("This process starts by itself with every new record: %(kind)s.")
        action, link = Action.CREATE, _("Make one")
    else:
        words = _("This process is about a record and is started from its page: %(kind)s.")
        action, link = Action.VIEW, _("Choose one")
    url = found.begins_at if permissions_of.may(user, action, kind) else ""
    return {"words": words % {"kind": found.label}, "url": url, "link": link}


def load_on_diagram(process_key: str) -> dict[str, Any]:
    """Open tasks and problems at each element, for the diagram: a number, and the warmer the more there are."""
    tasks = WorkItem.objects.filter(status=WorkItem.Status.OPEN, instance__process_key=process_key)
    rows = tasks.order_by().values("element").annotate(number=Count("pk"))
    elements: dict[str, dict[str, Any]] = {}
    for row in rows:
        heat = sum(row["number"] >= least for least in HEAT_STEPS)
        elements[row["element"]] = {"badge": str(row["number"]), "heat": heat}
    stuck = Incident.objects.filter(closed_at=None, instance__process_key=process_key)
    for row in stuck.order_by().values("element").annotate(number=Count("pk")):
        badge = _("%(number)s stuck") % {"number": row["number"]}
        elements.setdefault(row["element"], {}).update(state="incident", badge=badge)
    return {"elements": elements, "flows": []}


def open_items(instance_ids: Sequence[Any]) -> dict[Any, list[WorkItem]]:
    """The open tasks of some instances, by instance; one query."""
    found: dict[Any, list[WorkItem]] = defaultdict(list)
    rows = WorkItem.objects.filter(instance__in=instance_ids, status=WorkItem.Status.OPEN)
    for item in rows.select_related("assignee", "instance").defer("instance__state").order_by("created_at"):
        found[item.instance_id].append(item)
    return found


def may(user: User) -> dict[str, bool]:
    """What the person may do with processes as such."""
    return {"publish": permissions.may_publish(user), "operate": permissions.may_operate(user)}


def _names(versions: Iterable[ProcessVersion], keys: dict[int, str]) -> dict[int, str]:
    """The names in the reader's language where the texts of a version have one, by definition."""
    by_version = {version.pk: version for version in versions}
    names = {version.definition_id: version.name for version in by_version.values()}
    ending = f".texts.{get_language()}.json"
    for file in VersionFile.objects.filter(version__in=by_version, name__iendswith=ending):
        version = by_version[file.version_id]
        entry = read_texts(bytes(file.content)).get(keys[version.definition_id], {})
        names[version.definition_id] = entry.get("name") or names[version.definition_id]
    return names
