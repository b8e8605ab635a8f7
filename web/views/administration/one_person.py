"""One person for those who administer them: found among the people they see, and acted on in a dialog."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from accounts import scopes
from accounts.models import User
from web.views.crm.acting import Act


def visible_people(user: User) -> QuerySet[User]:
    """The people an administrator sees."""
    return scopes.visible(User.objects.all(), user, "user", owner=None)


def one_person(user: User, person_id: UUID) -> User:
    """One of them with unit and manager; raises Http404."""
    found: User | None = visible_people(user).select_related("org_unit", "manager").filter(public_id=person_id).first()
    if found is None:
        raise Http404
    return found


def act_on(found: User, title: str, submit: str, run: Any, **more: Any) -> Act:
    """A dialog about a person that leads back to their page; ``title`` may hold ``%(name)s``."""
    name = {"name": found.display_name}
    back = reverse("admin_person", args=[found.public_id])
    return Act(title % name if "%(name)s" in title else title, submit, run, back, goes_there=True, **more)
