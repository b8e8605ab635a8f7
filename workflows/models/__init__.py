"""The rows behind running processes: instances, what they wait for, what they asked for, what happened."""

from workflows.models.archive import ArchivedInstance, ArchiveSegment, Retention
from workflows.models.bulk import BulkAct, BulkItem
from workflows.models.disposal import DisposedInstance, HistoryDisposal
from workflows.models.history import HistoryEvent, Incident
from workflows.models.instances import ProcessInstance
from workflows.models.migrating import MigrationBatch, MigrationResult
from workflows.models.outbox import Delivery, Effect
from workflows.models.rehearsing import Rehearsal
from workflows.models.sealing import HistorySeal, SealedHead
from workflows.models.waiting import BufferedMessage, StartTimer, Subscription, Timer

__all__ = [
    "ArchiveSegment",
    "ArchivedInstance",
    "BufferedMessage",
    "BulkAct",
    "BulkItem",
    "Delivery",
    "DisposedInstance",
    "Effect",
    "HistoryDisposal",
    "HistoryEvent",
    "HistorySeal",
    "Incident",
    "MigrationBatch",
    "MigrationResult",
    "ProcessInstance",
    "Rehearsal",
    "Retention",
    "SealedHead",
    "StartTimer",
    "Subscription",
    "Timer",
]
