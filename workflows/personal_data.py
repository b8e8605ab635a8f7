"""The tables of running processes that may hold personal data."""

from __future__ import annotations

from django.apps import apps

from workflows.erasing.histories import processes
from workflows.erasing.registry import personal_data, spare
from workflows.models import (
    ArchivedInstance,
    ArchiveSegment,
    BufferedMessage,
    Delivery,
    Effect,
    HistoryEvent,
    HistorySeal,
    Incident,
    ProcessInstance,
    Retention,
    SealedHead,
    StartTimer,
    Subscription,
    Timer,
)
from workflows.models.migrating import MigrationBatch, MigrationResult

personal_data(HistoryEvent, "history", "data", own_way=True)
personal_data(ProcessInstance, "history", "state", own_way=True)
personal_data(Effect, "requests to the outside", "inputs", "headers", "answer", "failure", about=processes)
personal_data(Incident, "incidents", "message", "detail", about=processes)
personal_data(Delivery, "messages", "variables", "failure", about=lambda person: processes(person, "target__"))
personal_data(
    MigrationResult, "migrations", "problems", "message", "closed", about=processes, emptied=("state_before",)
)
personal_data(BufferedMessage, "messages", "variables")
spare("which elements wait for what, without values", Timer, StartTimer)
spare("names and keys by which an open process is found; gone with its end", Subscription)
spare("hashes and counts", HistorySeal, SealedHead, ArchiveSegment)
spare("where an archived process is; its file is erased", ArchivedInstance)
spare("settings", Retention)
spare("definitions of processes", *apps.get_app_config("bpmn").get_models())
spare(
    "people of the company, kept as its members and as those who acted; who did what is kept by law",
    *apps.get_app_config("accounts").get_models(),
)
spare("which elements become which; the operator's reason", MigrationBatch)
