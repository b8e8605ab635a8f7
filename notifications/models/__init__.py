"""The rows of what people are told: news, how they want to hear of it, and what leaves the house."""

from notifications.models.notices import Notification, Preference, Urgency
from notifications.models.rhythm import Rhythm
from notifications.models.sendings import Channel, Sending

__all__ = ["Channel", "Notification", "Preference", "Rhythm", "Sending", "Urgency"]
