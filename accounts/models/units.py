"""The organisation tree: headquarters, city branches, departments, teams."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models.base import Stamped

CODE_PATTERN = r"^[A-Z0-9]+(-[A-Z0-9]+)*$"


class UnitKind(models.TextChoices):
    HQ = "hq", _("Headquarters")
    CITY_BRANCH = "city_branch", _("City branch")
    DEPARTMENT = "department", _("Department")
    TEAM = "team", _("Team")


class UnitFunction(models.TextChoices):
    MARKETING = "marketing", _("Marketing")
    SALES = "sales", _("Sales")
    SERVICE = "service", _("Service")
    FINANCE = "finance", _("Finance")
    OPERATIONS = "operations", _("Operations")
    PRODUCT_DESIGN = "product_design", _("Product design")
    MANAGEMENT = "management", _("Management")
    IT = "it", _("Information technology")


class OrgUnit(Stamped):
    """One unit of the tree.

    ``path`` is made of the codes from the root down, "/HQ/HZ/HZ-SALES/": a subtree is a prefix, the ancestors are
    its parts. Codes never change, because group keys ("finance@HZ") in running processes are made of them.
    """

    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(CODE_PATTERN, _("Use capital letters, digits and hyphens."))],
    )
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind.choices)
    function = models.CharField(_("function"), max_length=20, choices=UnitFunction.choices, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    path = models.CharField(_("path"), max_length=1000, unique=True, editable=False)
    head = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="heads", verbose_name=_("head")
    )
    calendar = models.ForeignKey(
        "accounts.WorkCalendar",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("work calendar"),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["path"]
        indexes = [models.Index(fields=["path"], name="orgunit_path_prefix", opclasses=["text_pattern_ops"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(path__endswith="/", path__startswith="/"), name="orgunit_path_has_slashes"
            ),
        ]

    def __str__(self) -> str:
        return self.name_in(get_language())

    def name_in(self, language: str | None) -> str:
        """The name for readers of ``language``."""
        return self.name_zh if self.name_zh and (language or "").startswith("zh") else self.name

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes from the root down to this unit."""
        return codes_of(self.path)

    @property
    def ancestor_paths(self) -> tuple[str, ...]:
        """The paths from the root down to this unit itself."""
        return ancestor_paths_of(self.path)

    def contains(self, other: OrgUnit) -> bool:
        """Whether ``other`` is this unit or lies below it."""
        return other.path.startswith(self.path)


def codes_of(path: str) -> tuple[str, ...]:
    """The codes along a path, root first."""
    return tuple(path.strip("/").split("/")) if path.strip("/") else ()


def ancestor_paths_of(path: str) -> tuple[str, ...]:
    """The paths of all units along a path, root first, the path itself last."""
    codes = codes_of(path)
    return tuple(f"/{'/'.join(codes[: depth + 1])}/" for depth in range(len(codes)))
