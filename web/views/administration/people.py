"""The people: found, added, changed, moved, let go and let in again, with their roles and passwords."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts import commands, permissions, scopes
from accounts.administrators import require_may_administer
from accounts.exceptions import NotAllowed
from accounts.models import Action, OrgUnit, RoleAssignment, User
from web.forms.records import model_field
from web.pages import is_partial, page_number, signed_in
from web.views.administration.choices import PersonField, offer, public_id, roles, units_below
from web.views.administration.frame import administrator, posted, show
from web.views.crm.acting import Act, perform
from web.views.crm.filters import Filter, Filtering, choices_of
from web.views.crm.paging import counted, slice_of

FIELDS = ("first_name", "last_name", "native_name", "email", "phone", "staff_no", "position", "capacity", "language")


@require_GET
@signed_in
def people(request: HttpRequest) -> HttpResponse:
    """The people the administrator sees; the number of queries does not grow with them."""
    user = administrator(request)
    filtering = Filtering(request, _filters(user))
    words = request.GET.get("q", "")[:200]
    rows = _people(user, words, filtering.values)
    page = slice_of(rows, page_number(request))
    context = {
        "page": page,
        "count": counted(rows),
        "text": words,
        "filtering": filtering,
        "chips": filtering.chips(),
        "may_create": permissions.may(user, Action.CREATE, "user"),
    }
    if is_partial(request):
        return render(request, "administration/people_rows.html", context)
    return show(request, "people", "people", context)


@require_GET
@signed_in
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person: what is known of them, and the roles they hold where."""
    user = administrator(request)
    found = _one(user, person_id)
    context = {
        "person": found,
        "roles": _held(found),
        "may": {"change": _administers(user, "change", found), "delete": _administers(user, "delete", found)},
        "is_self": found.pk == user.pk,
    }
    return show(request, "person", "people", context)


class PersonForm(forms.Form):
    """What is kept of a person; the manager only where somebody other than the head of the unit leads them."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, known: User | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in FIELDS:
            self.fields[name] = model_field(User, name)
            if known is not None:
                self.initial.setdefault(name, getattr(known, name))
        self.fields["manager_id"] = PersonField(label=_("Manager"), required=False)
        self.manager_name = known.manager.display_name if known is not None and known.manager else ""
        if known is not None:
            self.initial.setdefault("version", known.version)
            self.initial.setdefault("manager_id", known.manager_id or "")

    def values(self) -> dict[str, Any]:
        """What was entered, for the command."""
        entered = {name: self.cleaned_data[name] for name in FIELDS}
        return entered | {"manager_id": public_id(self.cleaned_data["manager_id"])}


class NewPersonForm(PersonForm):
    """A new person also needs a username and a unit, and may get a first password."""

    def __init__(self, *args: Any, units: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        rest = self.fields
        password = forms.CharField(
            label=_("First password"),
            required=False,
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            help_text=_("Leave empty, and nobody can sign in as them yet."),
        )
        first = {
            "username": model_field(User, "username"),
            "unit_id": forms.ChoiceField(label=_("Unit"), choices=units),
        }
        self.fields = {**first, **rest, "password": password}


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@signed_in
def person_new(request: HttpRequest) -> HttpResponse:
    """Add a person."""
    user = administrator(request)
    form = NewPersonForm(posted(request), units=units_below(user, Action.CREATE))
    made: list[User] = []

    def run(entered: dict[str, Any]) -> str:
        values = {
            **form.values(),
            "username": entered["username"],
            "unit_id": UUID(entered["unit_id"]),
            "password": entered["password"] or None,
        }
        made.append(commands.create_user(actor=user, **values))
        return _("Added %(name)s.") % {"name": made[-1].display_name}

    act = Act(
        title=_("New person"),
        submit=_("Add the person"),
        run=run,
        back=reverse("admin_people"),
        template="administration/person_fields.html",
        moves_to=lambda: reverse("admin_person", args=[made[-1].public_id]) if made else "",
    )
    return perform(request, act, form)


@require_http_methods(["GET", "POST"])
@signed_in
def person_edit(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Change what is kept of a person; an older version is refused."""
    user = administrator(request)
    found = _one(user, person_id)
    form = PersonForm(posted(request), known=found)

    def run(entered: dict[str, Any]) -> str:
        commands.update_user(actor=user, user_id=person_id, seen_version=entered["version"], **form.values())
        return _("Saved.")

    template = "administration/person_fields.html"
    return perform(request, _act(found, found.display_name, _("Save"), run, template=template), form)


class UnitForm(forms.Form):
    """Where somebody goes."""

    unit_id = forms.ChoiceField(label=gettext_lazy("Unit"))


@require_http_methods(["GET", "POST"])
@signed_in
def person_move(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Move a person to another unit."""
    user = administrator(request)
    found = _one(user, person_id)
    form = UnitForm(posted(request), initial={"unit_id": found.org_unit and str(found.org_unit.public_id)})
    offer(form, "unit_id", units_below(user))

    def run(entered: dict[str, Any]) -> str:
        moved = commands.move_user(actor=user, user_id=person_id, unit_id=UUID(entered["unit_id"]))
        return _("%(name)s belongs to %(unit)s now.") % {"name": moved.display_name, "unit": moved.org_unit}

    words = _("Roles stay where they are held.")
    return perform(request, _act(found, _("Move %(name)s"), _("Move"), run, explanation=words), form)


@require_http_methods(["GET", "POST"])
@signed_in
def person_leave(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Close an account."""
    user = administrator(request)
    found = _one(user, person_id)

    def run(_entered: dict[str, Any]) -> str:
        commands.deactivate_user(actor=user, user_id=person_id)
        return _("The account is closed.")

    words = _("They are signed out at once and get no new tasks. Records, history and roles stay.")
    act = _act(found, _("Close the account of %(name)s"), _("Close the account"), run, explanation=words, danger=True)
    return perform(request, act, forms.Form(posted(request)))


@require_http_methods(["GET", "POST"])
@signed_in
def person_return(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Open an account again."""
    user = administrator(request)
    found = _one(user, person_id)

    def run(_entered: dict[str, Any]) -> str:
        commands.reactivate_user(actor=user, user_id=person_id)
        return _("The account is open again.")

    words = _("They hold the roles they had.")
    act = _act(found, _("Open the account of %(name)s again"), _("Open the account"), run, explanation=words)
    return perform(request, act, forms.Form(posted(request)))


class PasswordForm(forms.Form):
    """A new password, typed once: the administrator hands it over."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@signed_in
def person_password(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give a person a new password."""
    user = administrator(request)
    found = _one(user, person_id)

    def run(entered: dict[str, Any]) -> str:
        commands.reset_password(actor=user, user_id=person_id, password=entered["password"])
        return _("The password is set; their other sessions have ended.")

    act = _act(found, _("New password for %(name)s"), _("Set the password"), run)
    return perform(request, act, PasswordForm(posted(request)))


class RoleForm(forms.Form):
    """Which role, held where."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    unit_id = forms.ChoiceField(label=gettext_lazy("At"))


@require_http_methods(["GET", "POST"])
@signed_in
def role_give(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Let a person hold a role at a unit."""
    user = administrator(request)
    found = _one(user, person_id)
    form = RoleForm(posted(request), initial={"unit_id": found.org_unit and str(found.org_unit.public_id)})
    offer(form, "role", roles())
    offer(form, "unit_id", units_below(user, Action.ASSIGN, "role"))

    def run(entered: dict[str, Any]) -> str:
        unit_id = UUID(entered["unit_id"])
        given = commands.assign_role(actor=user, user_id=person_id, role=entered["role"], unit_id=unit_id)
        return _("%(name)s is %(role)s now.") % {"name": found.display_name, "role": given.role}

    return perform(request, _act(found, _("Give %(name)s a role"), _("Give the role"), run), form)


@require_http_methods(["GET", "POST"])
@signed_in
def role_take(request: HttpRequest, person_id: UUID, role: str, unit_id: UUID) -> HttpResponse:
    """Take a role away."""
    user = administrator(request)
    found = _one(user, person_id)

    def run(_entered: dict[str, Any]) -> str:
        commands.remove_role(actor=user, user_id=person_id, role=role, unit_id=unit_id)
        return _("The role is taken away.")

    unit = OrgUnit.objects.filter(public_id=unit_id).first()
    name = dict(roles()).get(role, role)
    words = _("%(role)s at %(unit)s. Open tasks stay with them.") % {"role": name, "unit": unit or "–"}
    act = _act(found, _("Take a role from %(name)s"), _("Take it away"), run, explanation=words, danger=True)
    return perform(request, act, forms.Form(posted(request)))


def _act(found: User, title: str, submit: str, run: Any, **more: Any) -> Act:
    name = {"name": found.display_name}
    back = reverse("admin_person", args=[found.public_id])
    return Act(title % name if "%(name)s" in title else title, submit, run, back, goes_there=True, **more)


def _visible(user: User) -> Any:
    return scopes.visible(User.objects.all(), user, "user", owner=None)


def _people(user: User, words: str, values: dict[str, str]) -> Any:
    rows = _visible(user).select_related("org_unit", "manager").order_by("username")
    for word in words.split():
        names = ("username", "first_name", "last_name", "native_name", "email", "staff_no")
        fits = Q()
        for name in names:
            fits |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(fits)
    rows = rows.filter(is_active=values.get("show") != "left")
    if role := values.get("role"):
        rows = rows.filter(role_assignments__role=role).distinct()
    if unit := values.get("unit"):
        rows = rows.filter(org_unit__path__contains=f"/{unit}/")
    return rows


def _filters(user: User) -> tuple[Filter, ...]:
    units = scopes.visible(OrgUnit.objects.all(), user, "user", owner=None, unit_path="path").order_by("path")[:100]
    return (
        Filter("unit", _("Unit"), choices_of((unit.code, unit) for unit in units)),
        Filter("role", _("Role"), choices_of(roles())),
        Filter("show", _("Account"), (("left", _("Closed")),)),
    )


def _one(user: User, person_id: UUID) -> User:
    found: User | None = _visible(user).select_related("org_unit", "manager").filter(public_id=person_id).first()
    if found is None:
        raise Http404
    return found


def _held(found: User) -> list[RoleAssignment]:
    return list(RoleAssignment.objects.filter(user=found).select_related("role", "unit").order_by("role", "unit__path"))


def _administers(user: User, action: str, found: User) -> bool:
    try:
        require_may_administer(user, action, found)
    except NotAllowed:
        return False
    return True
