"""Somebody who acts for somebody absent, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User


def acted_for(who: str, absent: User | None) -> str:
    """The name of who acted, with the name of whom they stood in for: "Li Wei, for Zhang San"."""
    if absent is None:
        return who
    whom = for_whom(absent)
    return _("%(who)s, %(for_whom)s") % {"who": who, "for_whom": whom} if who else whom


def for_whom(absent: User) -> str:
    """Whose work it is: "for Zhang San"."""
    return _("for %(name)s") % {"name": absent.display_name}
