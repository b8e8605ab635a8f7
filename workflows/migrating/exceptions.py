"""What can be refused about moving instances to another version, named as facts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from workflows.exceptions import WorkflowError


class VersionNotFound(WorkflowError):
    """The process has no version of this number."""

    code = "version-not-found"
    sentence = _("The process has no such version.")


class VersionsUnfit(WorkflowError):
    """Both numbers name the same version, or the target was withdrawn."""

    code = "versions-unfit"
    sentence = _("Processes can be moved only to another version that is not withdrawn.")


class MappingUnfit(WorkflowError):
    """The mapping or a choice names an element, or a group, that is not there."""

    code = "mapping-unfit"
    sentence = _("The choices name an element that is not in this version, or a group that is gone.")


class NothingToMigrate(WorkflowError):
    """No running instance would move."""

    code = "nothing-to-migrate"
    sentence = _("No running process would move. Look at the preview.")


class MigrationUnderWay(WorkflowError):
    """Another migration from this version is still running."""

    code = "migration-under-way"
    sentence = _("Another move from this version is still running.")


class MigrationNotFound(WorkflowError):
    """There is no such migration."""

    code = "migration-not-found"
    sentence = _("There is no such move.")


class MigrationCannotBeUndone(WorkflowError):
    """The instance has taken a step since, a day has passed, or something was caused outside."""

    code = "migration-cannot-be-undone"
    sentence = _("This move cannot be undone any more. Move the process back instead.")
