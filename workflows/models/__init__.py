"""The rows behind running processes: instances, what they wait for, what they asked for, what happened."""

from workflows.models.history import HistoryEvent, Incident
from workflows.models.instances import ProcessInstance
from workflows.models.outbox import Delivery, Effect
from workflows.models.waiting import BufferedMessage, StartTimer, Subscription, Timer

__all__ = [
    "BufferedMessage",
    "Delivery",
    "Effect",
    "HistoryEvent",
    "Incident",
    "ProcessInstance",
    "StartTimer",
    "Subscription",
    "Timer",
]
