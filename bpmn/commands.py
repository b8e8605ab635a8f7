"""Deploying as one intent of one person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from bpmn import operations
from bpmn.bundle import load
from bpmn.operations import Stored

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic(durable=True)
def store_versions(*, actor: User | None, files: Mapping[str, bytes], note: str = "") -> Stored:
    """Store the processes in ``files`` (path -> content) as live versions: all of them or none.

    An unchanged process makes no new version. Refuses files that cannot be read (BundleInvalid); the deploy check and
    the right to publish are the caller's.
    """
    return operations.store_versions(actor=actor, bundles=load(files), note=note)
