"""What the interface keeps of requests: answers for a day, so that a request may be repeated."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from api.models import AccessToken, IdempotentRequest
from workflows.erasing.employees import ACCOUNT
from workflows.erasing.person import Person, Redaction
from workflows.erasing.registry import erased_by, personal_data, spare

AREA, LOGINS = "answers kept for repetition", "logins"


def erase_answers(person: Person, write: bool) -> int:  # noqa: FBT001 - as erased_by calls it
    """Take the person out of the kept answers, names included: nobody knows what an answer was about."""
    changed = list(_changed(person))
    if write:
        IdempotentRequest.objects.bulk_update(changed, ["body"])
    return len(changed)


def erase_tokens(person: Person, write: bool) -> int:  # noqa: FBT001
    """Delete the tokens of an employee who left."""
    rows = AccessToken.objects.filter(user__public_id__in=person.ids(ACCOUNT))
    count = rows.count()
    if write:
        rows.delete()
    return count


def _changed(person: Person) -> Iterator[IdempotentRequest]:
    redaction = Redaction(person, about=True)
    for row in IdempotentRequest.objects.exclude(body=b"").iterator(500):
        try:
            said = orjson.loads(bytes(row.body))
        except orjson.JSONDecodeError:
            continue  # the interface answers in JSON only
        left = redaction(said)
        if left is not said:
            row.body = orjson.dumps(left)
            yield row


personal_data(IdempotentRequest, AREA, "body", own_way=True)
erased_by(AREA, erase_answers)
spare("chosen by programs, forgotten after a day", {IdempotentRequest: "route key digest headers"})
personal_data(AccessToken, LOGINS, "token_key", "name", "login_mark", own_way=True)
erased_by(LOGINS, erase_tokens)
