"""Who may do what: roles held at units, the records a role reaches, the fields it sees."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config import clock


class Action(models.TextChoices):
    VIEW = "view", _("View")
    CREATE = "create", _("Create")
    CHANGE = "change", _("Change")
    DELETE = "delete", _("Delete")
    EXPORT = "export", _("Export")
    PRINT = "print", _("Print")
    ASSIGN = "assign", _("Assign")
    APPROVE = "approve", _("Approve")


class Reach(models.TextChoices):
    """How far from the holder's unit a right reaches, narrowest first."""

    OWN = "own", _("Own records")
    TEAM = "team", _("Own unit and below")
    DEPARTMENT = "department", _("Department")
    BRANCH_SUBTREE = "branch_subtree", _("Branch and below")
    ALL = "all", _("Whole company")


class FieldEffect(models.TextChoices):
    """What a field rule does, mildest first."""

    OPEN = "open", pgettext_lazy("field rule", "Open")
    READ_ONLY = "read_only", _("Read only")
    MASKED = "masked", _("Masked")
    HIDDEN = "hidden", _("Hidden")


class Role(models.Model):
    """A named duty, such as finance or sales-manager."""

    code = models.CharField(
        _("code"),
        max_length=40,
        primary_key=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Use small letters, digits and hyphens."))],
    )
    name = models.CharField(_("name"), max_length=80)
    name_zh = models.CharField(_("Chinese name"), max_length=80, blank=True)
    fallback_group = models.CharField(
        _("fallback group"),
        max_length=90,
        blank=True,
        help_text=_("Who is asked when nobody holding the role and no head further up may decide."),
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_in(get_language())

    def name_in(self, language: str | None) -> str:
        """The name for readers of ``language``."""
        return self.name_zh if self.name_zh and (language or "").startswith("zh") else self.name


class RoleAssignment(models.Model):
    """A person holds a role at a unit, and so towards everything above it: finance at HZ answers for finance@HQ."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_assignments")
    role = models.ForeignKey(Role, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="role_assignments")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        ordering = ["role_id", "unit_id", "user_id"]
        constraints = [models.UniqueConstraint(fields=["user", "role", "unit"], name="role_assignment_once")]
        indexes = [models.Index(fields=["role", "unit"], name="role_assignment_role_unit")]

    def __str__(self) -> str:
        return f"{self.role_id}@{self.unit_id} {self.user_id}"


class DataScope(models.Model):
    """What the holders of a role may do with records of one kind within one reach.

    A row without actions says that the company took the default right away, so it does not come back.
    """

    role = models.ForeignKey(Role, models.CASCADE, related_name="data_scopes")
    kind = models.CharField(_("record kind"), max_length=60)
    scope = models.CharField(_("reach"), max_length=20, choices=Reach.choices)
    actions = ArrayField(models.CharField(max_length=20, choices=Action.choices), default=list, blank=True)

    class Meta:
        verbose_name = _("data scope")
        verbose_name_plural = _("data scopes")
        ordering = ["role_id", "kind", "scope"]
        constraints = [models.UniqueConstraint(fields=["role", "kind", "scope"], name="data_scope_once")]

    def __str__(self) -> str:
        return f"{self.role_id} {self.kind} {self.scope}: {', '.join(self.actions)}"


class FieldRule(models.Model):
    """How the holders of a role meet one field of a kind of record; without a role: everybody who has no own rule."""

    role = models.ForeignKey(Role, models.CASCADE, null=True, blank=True, related_name="field_rules")
    kind = models.CharField(_("record kind"), max_length=60)
    field = models.CharField(_("field"), max_length=60)
    effect = models.CharField(_("effect"), max_length=20, choices=FieldEffect.choices)

    class Meta:
        verbose_name = _("field rule")
        verbose_name_plural = _("field rules")
        ordering = ["kind", "field", "role_id"]
        constraints = [
            models.UniqueConstraint(fields=["role", "kind", "field"], name="field_rule_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"{self.kind}.{self.field} {self.role_id or '*'}: {self.effect}"
