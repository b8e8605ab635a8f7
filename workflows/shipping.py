"""The processes that come with the product: deployed by migrate, never over what the company has changed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models.signals import post_migrate

from bpmn.bundle import Bundle, BundleInvalid, load
from bpmn.checking import is_refused
from bpmn.checking.sentences import sentence
from bpmn.models import ProcessVersion
from workflows.deploying import Deployed, check_to_deploy, read_paths, store
from workflows.exceptions import DeploymentRefused

FOLDER = "processes"
NOTE = "shipped"

log = structlog.get_logger(__name__)


def connect(config: AppConfig) -> None:
    """Deploy after every migrate."""
    post_migrate.connect(_after_migrate, sender=config, dispatch_uid="workflows.shipping")


def folder() -> Path:
    """Where the shipped processes lie."""
    return Path(apps.get_app_config("bpmn").path) / FOLDER


def deploy_shipped(source: Path | None = None) -> Deployed:
    """Deploy the shipped set; what is live already or was replaced by the company's own version stays as it is.

    Raises DeploymentRefused with the findings when the set does not pass the deploy check.
    """
    files = read_paths([source or folder()])
    if _is_known(files):
        return Deployed(())
    findings = check_to_deploy(files)
    if is_refused(findings):
        raise DeploymentRefused("\n".join(f"{found.file}:{found.line}: {sentence(found)}" for found in findings))
    return Deployed(findings, store(actor=None, bundles=_wanted(load(files)), note=NOTE))


def _is_known(files: Mapping[str, bytes]) -> bool:
    try:
        return not _wanted(load(files))
    except BundleInvalid:
        return False  # the check says why


def _wanted(bundles: tuple[Bundle, ...]) -> list[Bundle]:
    """Those never deployed before, unless the company has put a version of its own in their place."""
    digests = set(ProcessVersion.objects.values_list("definition__key", "digest"))
    live = ProcessVersion.objects.filter(status=ProcessVersion.Status.LIVE).exclude(deployment__note=NOTE)
    own = set(live.values_list("definition__key", flat=True))
    return [bundle for bundle in bundles if bundle.key not in own and (bundle.key, bundle.digest) not in digests]


def _after_migrate(sender: AppConfig, using: str, verbosity: int = 1, **_rest: Any) -> None:
    if not settings.WORKFLOW_DEPLOY_SHIPPED:
        return
    deployed = deploy_shipped()
    if verbosity and deployed.stored.versions:
        names = ", ".join(f"{version.definition.key} {version.number}" for version in deployed.stored.versions)
        sys.stdout.write(f"  Deployed {names}\n")
