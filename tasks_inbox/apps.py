"""The inbox as a Django app."""

from django.apps import AppConfig


class TasksInboxConfig(AppConfig):
    name = "tasks_inbox"
    label = "tasks_inbox"

    def ready(self) -> None:
        """Make known what processes may ask of their tasks."""
        from tasks_inbox import approver_rules
        from workflows import carrying

        carrying.OPERATIONS[approver_rules.BY_RULE] = approver_rules.complete_by_rule
