"""Makes level changes known as records that processes can be about."""

from django.utils.translation import gettext_lazy as _

from accounts import scopes
from crm_core import history
from crm_core.levels.models import LevelChange
from workflows import records

records.register(
    LevelChange.record_kind,
    model=LevelChange,
    label=_("Level change"),
    url=lambda change: f"/level-changes/{change.pk}/",
    visible_to=LevelChange.objects.visible_to,
    number=lambda change: str(change.number),
    mask_for=lambda user: scopes.mask_for(user, LevelChange.record_kind),
    title=lambda change: str(change.customer.name),
    begins_at="/customers/",
    starts_itself=True,
    revisions=history.revisions(LevelChange.record_kind, "rounds", "before", "applied_at", "ended_at", "closing_note"),
)
