"""What running processes, their definitions and the organisation hold of a person, column by column."""

from __future__ import annotations

from allauth.account.models import EmailConfirmation
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from accounts import models as accounts
from bpmn import models as bpmn
from workflows import models
from workflows.erasing import employees
from workflows.erasing.histories import processes
from workflows.erasing.person import Person
from workflows.erasing.registry import personal_data, spare

WRITTEN = "requests to the outside"


def sent_to(person: Person):  # type: ignore[no-untyped-def]
    """What was sent to processes about the person."""
    return processes(person, "target__")


personal_data(models.HistoryEvent, "history", "data", own_way=True)
personal_data(models.ProcessInstance, "history", "state", "number", "outcome", "start_key", own_way=True)
personal_data(models.ArchivedInstance, "archives", "number", "outcome", own_way=True)
personal_data(
    models.Effect, WRITTEN, "inputs", "headers", "answer", "failure", about=processes, hashed=("idempotency_key",)
)
personal_data(models.Incident, "incidents", "message", "detail", about=processes)
personal_data(
    models.Delivery,
    "messages",
    *("variables", "failure", "correlation_key", "number"),
    about=sent_to,
    hashed=("idempotency_key",),
)
personal_data(models.BufferedMessage, "messages", "variables", "correlation_key", hashed=("message_id",))
personal_data(models.Subscription, "messages", "correlation_key", about=processes)
personal_data(
    models.MigrationResult, "migrations", "problems", "message", "closed", about=processes, emptied=("state_before",)
)
personal_data(models.MigrationBatch, "migrations", "reason", "choices")
personal_data(models.BulkAct, "acts on many processes", "reason", "variables")
personal_data(models.BulkItem, "acts on many processes", "message", about=processes)
personal_data(bpmn.Deployment, "definitions", "note")
personal_data(models.Rehearsal, "rehearsals", "report", "message")

spare(
    "where in the diagram, in which process, about which record",
    {
        models.ProcessInstance: "parent_step process_key record_kind record_id org_unit start_message ends",
        models.ArchivedInstance: "process_key record_kind record_id org_unit",
        models.HistoryEvent: "element step",
        models.Incident: "step element kind cause",
        models.Effect: "element step type",
        models.Delivery: "name process_key event subscription record_kind record_id",
        models.BufferedMessage: "name taken_by",
        models.Subscription: "process_key subscription element name",
        models.Timer: "timer element",
        models.StartTimer: "process_key event text every",
        models.MigrationBatch: "process_key mapping",
        models.MigrationResult: "group",
        models.BulkAct: "process_key key cause",
        models.BulkItem: "stopped_at",
        models.Rehearsal: "process_key files",
        models.Retention: "process_key",
        models.HistoryDisposal: "reason",
    },
)
spare(
    "hashes and signatures",
    {
        models.HistoryEvent: "salt digest link",
        models.ProcessInstance: "history_head",
        models.ArchivedInstance: "history_head",
        models.ArchiveSegment: "file digest first_link last_link",
        models.HistorySeal: "root previous key_id signature",
        models.SealedHead: "link",
        models.HistoryDisposal: "root key_id signature",
        models.DisposedInstance: "link",
    },
)
spare(
    "definitions of processes",
    {
        bpmn.ProcessDefinition: "key name category record_kind area startable_by",
        bpmn.Deployment: "digest",
        bpmn.ProcessVersion: "name diagram digest",
        bpmn.VersionFile: "name content",
        bpmn.StartSubscription: "element name timer_kind timer",
    },
)
spare(
    "how the company is organised",
    {
        accounts.OrgUnit: "code name name_zh path",
        accounts.WorkCalendar: "code name name_zh zone hours region",
        accounts.Holiday: "date name hours",
        accounts.Role: "name name_zh fallback_group",
        accounts.DataScope: "kind actions",
        accounts.FieldRule: "kind field",
        accounts.Substitution: "process_keys",
    },
)
spare(
    "the framework's own names",
    {Permission: "name codename", Group: "name", ContentType: "app_label model", EmailConfirmation: "key"},
)
employees.declare()
