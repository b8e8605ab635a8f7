"""The rows of what people are told: news, how they want to hear of it, what leaves the house, bots and devices."""

from notifications.models.bots import Bot, BotKind
from notifications.models.devices import PushSubscription
from notifications.models.notices import Notification, Preference, Urgency
from notifications.models.rhythm import Rhythm
from notifications.models.sendings import Channel, Sending

__all__ = [
    "Bot",
    "BotKind",
    "Channel",
    "Notification",
    "Preference",
    "PushSubscription",
    "Rhythm",
    "Sending",
    "Urgency",
]
