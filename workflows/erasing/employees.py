"""Employees who left: a pseudonym takes the place of who they were, and what they did stays done by somebody.

The account's row stays, because tasks, records and chains of events point at it; its name becomes ``former-<number>``
there and wherever processes, answers, comments and the audit log wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from uuid import UUID

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F, Model, Q

from accounts.models import AuditEvent, Substitution, User
from config import clock
from workflows.erasing.person import MIN_LENGTH, Person
from workflows.erasing.registry import About, is_borne, personal_data, spare, subject
from workflows.exceptions import EmployeeStillActive, RecordNotFound
from workflows.models import ProcessInstance

KIND = "employee"
ACCOUNT = "user"
"""As the audit log calls them."""
_CLEARED = ("first_name", "last_name", "native_name", "email", "phone", "staff_no")
LOGINS = {
    "account.EmailAddress": ("email",),
    "mfa.Authenticator": ("data",),
    "usersessions.UserSession": ("ip", "session_key", "user_agent", "data"),
    "notifications.PushSubscription": ("endpoint", "host", "p256dh", "auth", "browser"),
}
_MIN_STRONG = 5
AUDIT, UNLOCKED = "audit log", "baton.audit_erasure"


def employee(number: str) -> Person:
    """A person of the company by username, staff number or id. Raises RecordNotFound, EmployeeStillActive."""
    found = Q(username=number) | (Q(staff_no=number) if number else Q())
    with suppress(ValueError):
        found |= Q(public_id=UUID(number))
    user = User.objects.filter(found).first()
    if user is None:
        raise RecordNotFound
    if user.is_active:
        raise EmployeeStillActive
    return _person(user)


def _person(user: User) -> Person:
    own = pseudonym(user)
    erased = user.username == own
    strong = frozenset() if erased else frozenset(_strong(user))
    weak = frozenset(text for text in _called(user) if text not in strong)
    return Person(
        KIND,
        str(user.public_id),
        user.username,
        strong=strong,
        weak=weak,
        records=frozenset({(ACCOUNT, str(user.public_id))}),
        names=() if erased else (user.username,),
        stand_in=own,
    )


def pseudonym(user: User) -> str:
    """What the person is called afterwards; no other username begins so and ends in the row's number."""
    return f"former-{user.pk}"


def _strong(user: User) -> Iterator[str]:
    """What nobody else bears: numbers and addresses, and full names that are no part of somebody's name."""
    others = User.objects.exclude(pk=user.pk)
    for text in _texts((user.email, user.phone, user.staff_no)):
        shared = others.filter(Q(email__iexact=text) | Q(phone=text) | Q(staff_no=text)).exists() or is_borne(text)
        if len(text) >= _MIN_STRONG and not shared:
            yield text
    named = [" ".join(filter(None, (each.first_name, each.last_name, each.native_name))) for each in others]
    for text in _texts((user.get_full_name(), user.native_name)):
        if _is_full(text) and not any(text in name for name in named) and not is_borne(text):
            yield text


def _called(user: User) -> list[str]:
    return _texts((user.first_name, user.last_name, user.native_name, user.email, user.phone, user.staff_no))


def _texts(texts: Iterable[str]) -> list[str]:
    return [text.strip() for text in texts if len(text.strip()) >= MIN_LENGTH]


def _is_full(name: str) -> bool:
    """A first name alone is everybody's."""
    return " " in name or not name.isascii()


def needed_by(person: Person) -> list[ProcessInstance]:
    """Nothing: open processes go on with the pseudonym, and who has left has no tasks."""
    return []


def clear(person: Person, reason: str) -> int:
    """Clear the account: nobody can log in, no name is left, the pseudonym stands where it stood."""
    assert connection.in_atomic_block
    user = User.objects.select_for_update().get(public_id=person.id)
    cleared = dict.fromkeys(_CLEARED, "") | {"username": person.stand_in, "password": make_password(None)}
    User.objects.filter(pk=user.pk).update(
        **cleared, skills=[], version=F("version") + 1, updated_at=clock.now(), last_login=None
    )
    return 1


def logins(person: Person) -> list[Model]:
    """Addresses, second factors and sessions of the account."""
    models = [apps.get_model(label) for label in LOGINS]
    found: list[Model] = [
        row for model in models for row in model._base_manager.filter(user__public_id=person.id).order_by("pk")
    ]
    keys = [row.session_key for row in found if hasattr(row, "session_key")]
    return [*found, *Session.objects.filter(pk__in=keys)]


def remove_logins(person: Person) -> int:
    """Delete them; how many."""
    rows = logins(person)
    for row in rows:
        row.delete()
    return len(rows)


def _about(column: str) -> About:
    return lambda person: Q(**{f"{column}__in": person.ids(ACCOUNT)})


def declare() -> None:
    """Make employees known as persons, and what the organisation's tables hold of them."""
    personal_data(User, "record", *_CLEARED, "username", "password", "skills", own_way=True)
    personal_data(
        AuditEvent,
        AUDIT,
        "data",
        about=lambda person: Q(subject_kind=ACCOUNT, subject_id__in=person.ids(ACCOUNT)),
        emptied=("address",),
        unlocked_by=UNLOCKED,
    )
    personal_data(AuditEvent, AUDIT, about=_about("actor__public_id"), emptied=("address",), unlocked_by=UNLOCKED)
    personal_data(Substitution, "substitutions", "reason", about=_about("substituted__public_id"), emptied=("reason",))
    for label, columns in LOGINS.items():
        personal_data(apps.get_model(label), "logins", *columns, own_way=True)
    personal_data(Session, "logins", "session_data", own_way=True)
    spare("what happened to which row", {AuditEvent: "event subject_kind subject_id"})
    spare("the clock people read", {User: "zone"})
    subject(
        KIND,
        find=employee,
        clear=clear,
        remove=remove_logins,
        count_removed=lambda person: len(logins(person)),
        needed_by=needed_by,
    )
