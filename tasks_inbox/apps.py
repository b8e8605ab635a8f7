"""The inbox as a Django app."""

from django.apps import AppConfig


class TasksInboxConfig(AppConfig):
    name = "tasks_inbox"
    label = "tasks_inbox"
