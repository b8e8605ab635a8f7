"""Customers, the people at them, and the tags that mark them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from crm_core.levels.models import CustomerLevel, LevelCode
from crm_core.records import Record, RecordManager, RecordQuerySet, Stamped, by_owner

CREDIT_CODE = r"^[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}$"


class CustomerKind(models.TextChoices):
    INDIVIDUAL = "individual", _("Person")
    ORGANISATION = "organisation", _("Organisation")


class Sex(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")


class LifecycleStage(models.TextChoices):
    SUSPECT = "suspect", _("Suspect")
    PROSPECT = "prospect", _("Prospect")
    CUSTOMER = "customer", _("Customer")
    MEMBER = "member", _("Member")
    DORMANT = "dormant", _("Dormant")
    CHURNED = "churned", _("Churned")
    WON_BACK = "won_back", _("Won back")


class AccountStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    OPEN = "open", _("Open")
    FROZEN = "frozen", _("Frozen")
    CLOSED = "closed", _("Closed")


class CompanySize(models.TextChoices):
    MICRO = "micro", _("Up to 10 people")
    SMALL = "small", _("11 to 50 people")
    MEDIUM = "medium", _("51 to 250 people")
    LARGE = "large", _("More than 250 people")


class Customer(Record):
    """A person or organisation we do business with.

    ``sla_factor``, ``credit_limit`` and ``benefits`` are what the level granted when it was applied: changing a
    level's defaults later does not change them. The identity number is sealed; `queries.reveal_id_no` reads it.
    """

    record_kind: ClassVar[str] = "customer"
    number_prefix: ClassVar[str] = "C"
    secret_fields: ClassVar[frozenset[str]] = frozenset({"id_no_sealed", "id_no_hash", "search"})

    kind = models.CharField(_("kind"), max_length=14, choices=CustomerKind, default=CustomerKind.ORGANISATION)
    name = models.CharField(_("name"), max_length=200)
    name_pinyin = models.CharField(_("pinyin"), max_length=400, blank=True, editable=False)
    sex = models.CharField(_("sex"), max_length=8, choices=Sex, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    id_no_sealed = models.BinaryField(_("identity number"), default=bytes, blank=True)
    id_no_hash = models.CharField(max_length=64, blank=True, editable=False)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    mobile = models.CharField(_("mobile phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    area_code = models.CharField(_("area code"), max_length=20, blank=True)
    area = models.CharField(pgettext_lazy("place", "area"), max_length=120, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    occupation = models.CharField(_("occupation"), max_length=80, blank=True)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    education = models.CharField(_("education"), max_length=80, blank=True)
    hobbies = models.CharField(_("hobbies"), max_length=300, blank=True)
    legal_name = models.CharField(_("legal name"), max_length=200, blank=True)
    credit_code = models.CharField(
        _("credit code"),
        max_length=18,
        blank=True,
        validators=[RegexValidator(CREDIT_CODE, _("A credit code has 18 digits and capital letters."))],
    )
    size = models.CharField(_("size"), max_length=8, choices=CompanySize, blank=True)
    source = models.CharField(_("source"), max_length=80, blank=True)
    source_campaign = models.CharField(_("source campaign"), max_length=80, blank=True)
    referrer = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="referred", verbose_name=_("referred by")
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    note = models.TextField(_("note"), blank=True)
    lifecycle_stage = models.CharField(
        _("stage"), max_length=10, choices=LifecycleStage, default=LifecycleStage.CUSTOMER
    )
    account_status = models.CharField(_("account"), max_length=8, choices=AccountStatus, default=AccountStatus.OPEN)
    is_key_account = models.BooleanField(_("key account"), default=False)
    value_score = models.PositiveSmallIntegerField(_("value score"), null=True, blank=True)

    level = models.ForeignKey(
        CustomerLevel, models.PROTECT, default=LevelCode.STANDARD, related_name="customers", verbose_name=_("level")
    )
    level_since = models.DateField(_("level since"), null=True, blank=True)
    level_valid_until = models.DateField(_("level valid until"), null=True, blank=True)
    level_review_on = models.DateField(_("next level review"), null=True, blank=True)
    sla_factor = models.DecimalField(_("SLA factor"), max_digits=4, decimal_places=2, default=Decimal("1.00"))
    credit_limit = models.DecimalField(_("credit limit"), max_digits=14, decimal_places=2, default=Decimal("0.00"))
    benefits = models.JSONField(_("benefits"), default=list, blank=True)

    phone_keys = ArrayField(models.CharField(max_length=40), default=list, blank=True, editable=False)
    import_key = models.CharField(_("id in the source system"), max_length=80, blank=True, editable=False)
    search = SearchVectorField(null=True, editable=False)
    tags: Any = models.ManyToManyField("crm_core.Tag", through="crm_core.CustomerTag", related_name="customers")

    objects = RecordManager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            *by_owner("customer"),
            models.Index(fields=["org_unit", "level", "name"], name="crm_customer_level"),
            models.Index(fields=["org_unit", "lifecycle_stage", "name"], name="crm_customer_stage"),
            models.Index(fields=["name", "id"], name="crm_customer_name"),
            models.Index(fields=["-updated_at", "id"], name="crm_customer_changed"),
            models.Index(
                fields=["level_valid_until"],
                name="crm_customer_valid_until",
                condition=models.Q(level_valid_until__isnull=False),
            ),
            models.Index(fields=["credit_code"], name="crm_customer_credit", condition=~models.Q(credit_code="")),
            models.Index(fields=["id_no_hash"], name="crm_customer_id_no", condition=~models.Q(id_no_hash="")),
            models.Index(fields=["email"], name="crm_customer_email", condition=~models.Q(email="")),
            GinIndex(fields=["search"], name="crm_customer_search"),
            GinIndex(fields=["phone_keys"], name="crm_customer_phones"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["import_key"], condition=~models.Q(import_key=""), name="crm_customer_import_key"
            ),
            models.CheckConstraint(condition=models.Q(credit_limit__gte=0), name="crm_customer_credit_limit"),
            models.CheckConstraint(condition=models.Q(sla_factor__gt=0), name="crm_customer_sla_factor"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_organisation(self) -> bool:
        """Whether it is an organisation and may have contacts that report to each other."""
        return self.kind == CustomerKind.ORGANISATION

    @property
    def may_do_business(self) -> bool:
        """Whether the account is neither frozen nor closed."""
        return self.account_status not in {AccountStatus.FROZEN, AccountStatus.CLOSED}

    def clean(self) -> None:
        """A name is more than spaces; an organisation has no date of birth."""
        self.name = " ".join(self.name.split())
        if not self.name:
            raise ValidationError({"name": _("A customer needs a name.")})
        if self.is_organisation and self.birth_date:
            raise ValidationError({"birth_date": _("An organisation has no date of birth.")})


class ContactRole(models.TextChoices):
    DECISION_MAKER = "decision_maker", _("Decides")
    INFLUENCER = "influencer", _("Influences")
    USER = "user", _("Uses")
    GATEKEEPER = "gatekeeper", _("Controls access")


class ContactQuerySet(RecordQuerySet["Contact"]):
    """Contacts are seen with their customer."""

    def visible_to(self, user: User) -> ContactQuerySet:
        """The contacts of the customers the person may see."""
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Contact(Stamped):
    """A person at a customer, or a way to reach a private customer through somebody else."""

    record_kind: ClassVar[str] = "contact"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts", verbose_name=_("customer"))
    name = models.CharField(_("name"), max_length=120)
    salutation = models.CharField(_("salutation"), max_length=30, blank=True)
    post = models.CharField(_("post"), max_length=120, blank=True)
    department = models.CharField(_("department"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    mobile = models.CharField(_("mobile phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    role = models.CharField(_("role"), max_length=14, choices=ContactRole, blank=True)
    reports_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("reports to")
    )
    is_main = models.BooleanField(_("main contact"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    note = models.TextField(_("note"), blank=True)
    import_key = models.CharField(_("id in the source system"), max_length=80, blank=True, editable=False)

    objects: ClassVar[Any] = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [models.Index(fields=["customer", "name"], name="crm_contact_customer")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(is_main=True, is_active=True), name="crm_contact_one_main"
            ),
            models.UniqueConstraint(
                fields=["import_key"], condition=~models.Q(import_key=""), name="crm_contact_import_key"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The superior is another contact of the same customer."""
        if self.reports_to is not None and (
            self.reports_to_id == self.pk or self.reports_to.customer_id != self.customer_id
        ):
            raise ValidationError({"reports_to": _("The superior must be another contact of the same customer.")})


class Named(models.Model):
    """A catalogue entry with a name in both languages."""

    name = models.CharField(_("name"), max_length=60)
    name_zh = models.CharField(_("Chinese name"), max_length=60, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_in(get_language())

    def name_in(self, language: str | None) -> str:
        """The name for readers of ``language``."""
        return self.name_zh if self.name_zh and (language or "").startswith("zh") else self.name


class TagCategory(Named):
    """A group of tags; ``tags_per_customer`` limits how many of them one customer may carry."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    tags_per_customer = models.PositiveSmallIntegerField(_("tags per customer"), default=5)

    class Meta:
        verbose_name = _("tag category")
        verbose_name_plural = _("tag categories")
        ordering = ["code"]


class Tag(Named):
    """A mark customers are found by."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    category = models.ForeignKey(TagCategory, models.PROTECT, related_name="tags", verbose_name=_("category"))

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["code"]


class CustomerTag(models.Model):
    """One tag on one customer, and who put it there."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tag_links")
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="customer_links")
    assigned_at = models.DateTimeField(_("assigned"))
    assigned_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("tag of a customer")
        constraints = [models.UniqueConstraint(fields=["customer", "tag"], name="crm_customer_tag_once")]
        indexes = [models.Index(fields=["tag", "customer"], name="crm_customer_by_tag")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.tag_id}"
