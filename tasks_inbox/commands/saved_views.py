"""Keeping, sharing, pinning and forgetting views of the inbox."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.models import OrgUnit, User
from config import clock
from tasks_inbox import saved_views
from tasks_inbox.arranging import Arrangement
from tasks_inbox.exceptions import SavedViewUnfit, SavedViewUnknown
from tasks_inbox.models import PinnedView, SavedView
from tasks_inbox.models.saved_views import NAME_LIMIT
from tasks_inbox.queries import View
from tasks_inbox.querying import parse, printed
from workflows.locks import retrying


@retrying
@transaction.atomic(durable=True)
def save_view(
    *, actor: User, name: str, base: View, query: str, arrangement: Arrangement, unit: OrgUnit | None = None
) -> SavedView:
    """Keep a filter with its order under a name, in place of the actor's own view so called.

    ``unit`` shares it. Refuses a name without words or of more than 60 characters, more than 50 views, and units that
    are neither the actor's own nor headed by them.
    """
    words = " ".join(name.replace("\0", " ").split())
    if not words or len(words) > NAME_LIMIT:
        raise SavedViewUnfit
    if unit is not None and unit not in saved_views.units_to_share_with(actor):
        raise SavedViewUnfit
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    own = SavedView.objects.filter(owner=actor)
    if own.exclude(name=words).count() >= saved_views.MOST:
        raise SavedViewUnfit
    kept = {
        "unit": unit,
        "base": base.value,
        "query": printed(parse(query)),
        "order": arrangement.order.value,
        "grouping": arrangement.grouping.value,
        "at": clock.now(),
    }
    view, _made = own.update_or_create(owner=actor, name=words, defaults=kept)
    return view


@retrying
@transaction.atomic(durable=True)
def forget_view(*, actor: User, view_id: UUID) -> None:
    """Forget a view of one's own, and with it everybody's pin. Refuses those of others."""
    gone, _rows = SavedView.objects.filter(pk=view_id, owner=actor).delete()
    if not gone:
        raise SavedViewUnknown


@retrying
@transaction.atomic(durable=True)
def pin_view(*, actor: User, view_id: UUID, pinned: bool) -> None:
    """Put a view the actor sees onto their rail, or take it off; doing it twice changes nothing."""
    view = saved_views.views_of(actor).filter(pk=view_id).first()
    if view is None:
        raise SavedViewUnknown
    pins = PinnedView.objects.filter(user=actor, view=view)
    if pinned:
        PinnedView.objects.bulk_create([PinnedView(user=actor, view=view, at=clock.now())], ignore_conflicts=True)
    else:
        pins.delete()
