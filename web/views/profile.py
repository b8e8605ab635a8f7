"""My own settings: language, look, time zone, keys, and the password."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.commands.profile import change_password, change_profile
from accounts.exceptions import PasswordTooWeak, WrongPassword
from accounts.models import User
from accounts.models.people import Density, Language, Theme
from web.pages import reader, signed_in

COMMON_ZONES = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Urumqi",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "UTC",
)


def _zones() -> list[tuple[str, Any]]:
    others = sorted(name for name in available_timezones() if "/" in name and name not in COMMON_ZONES)
    company = _("Company's zone (%(zone)s)") % {"zone": settings.TIME_ZONE}
    return [("", company), *((name, name) for name in (*COMMON_ZONES, *others))]


class ProfileForm(forms.Form):
    """What people choose for themselves."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), choices=Theme.choices)
    density = forms.ChoiceField(label=gettext_lazy("Rows"), choices=Density.choices)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)
    letter_keys = forms.BooleanField(
        label=gettext_lazy("Single-letter keys"),
        required=False,
        help_text=gettext_lazy("J, K, E and so on act at once. Keys with Ctrl work either way."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language: Any = self.fields["language"]
        language.choices = [("", _("As the browser says")), *Language.choices]
        zone: Any = self.fields["zone"]
        zone.choices = _zones()


class PasswordForm(forms.Form):
    """The present password and twice the new one."""

    current = forms.CharField(
        label=gettext_lazy("Present password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=gettext_lazy("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 10 characters, and not easy to guess."),
    )
    again = forms.CharField(
        label=gettext_lazy("New password again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_again(self) -> str:
        """Both must be the same."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new", again):
            raise forms.ValidationError(_("The two new passwords differ."))
        return again


@require_http_methods(["GET", "POST"])
@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """Language, look, zone and keys."""
    user = reader(request)
    form = ProfileForm(request.POST or None, initial=_present(user))
    if request.method == "POST" and form.is_valid():
        saved = change_profile(actor=user, **form.cleaned_data)
        with translation.override(saved.language or translation.get_language()):
            messages.success(request, _("Your settings are kept."))
        response = redirect("profile")
        for name, value in (("theme", saved.theme), ("density", saved.density), ("keys", saved.keys)):
            response.set_cookie(f"baton_{name}", value, max_age=31_536_000, samesite="Lax")
        return response
    return render(request, "profile/profile.html", {"form": form, "person": user})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def password(request: HttpRequest) -> HttpResponse:
    """A new password; this session stays, the others end."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = change_password(
                actor=reader(request), current=form.cleaned_data["current"], new=form.cleaned_data["new"]
            )
        except (WrongPassword, PasswordTooWeak) as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            update_session_auth_hash(request, person)
            messages.success(request, _("Your password is changed."))
            return redirect("profile_password")
    return render(request, "profile/password.html", {"form": form})


def _present(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in ProfileForm.base_fields}
