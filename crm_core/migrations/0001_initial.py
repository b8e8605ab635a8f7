"""The tables of customers, levels, orders, interactions and attachments."""

import config.clock
import crm_core.attachments.models
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_audit_append_only"),
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("record_kind", models.CharField(max_length=60, verbose_name="record kind")),
                ("record_id", models.CharField(max_length=64, verbose_name="record")),
                ("name", models.CharField(max_length=200, verbose_name="file name")),
                (
                    "file",
                    models.FileField(
                        max_length=200, upload_to=crm_core.attachments.models.storage_path, verbose_name="file"
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("content_type", models.CharField(max_length=100, verbose_name="type")),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("added_at", models.DateTimeField(verbose_name="added")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "indexes": [
                    models.Index(fields=["record_kind", "record_id", "-added_at"], name="crm_attachment_record")
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerLevel",
            fields=[
                ("code", models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name="code")),
                ("rank", models.PositiveSmallIntegerField(unique=True, verbose_name="rank")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, max_length=60, verbose_name="Chinese name")),
                (
                    "min_amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount from",
                    ),
                ),
                ("benefits", models.JSONField(blank=True, default=list, verbose_name="benefits")),
                (
                    "sla_factor",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("1.00"), max_digits=4, verbose_name="SLA factor"
                    ),
                ),
                (
                    "credit_limit",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=14, verbose_name="credit limit"
                    ),
                ),
                ("review_months", models.PositiveSmallIntegerField(default=12, verbose_name="review after months")),
                (
                    "tells_customer_when_lowered",
                    models.BooleanField(default=False, verbose_name="tell the customer when lowered to this"),
                ),
            ],
            options={
                "verbose_name": "customer level",
                "verbose_name_plural": "customer levels",
                "ordering": ["rank"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("sla_factor__gt", 0)), name="crm_level_sla_factor"),
                    models.CheckConstraint(condition=models.Q(("credit_limit__gte", 0)), name="crm_level_credit_limit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TagCategory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, max_length=60, verbose_name="Chinese name")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("tags_per_customer", models.PositiveSmallIntegerField(default=5, verbose_name="tags per customer")),
            ],
            options={
                "verbose_name": "tag category",
                "verbose_name_plural": "tag categories",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, max_length=60, verbose_name="Chinese name")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tags",
                        to="crm_core.tagcategory",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="RecordChange",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=60, verbose_name="record kind")),
                ("record_id", models.UUIDField(verbose_name="record")),
                ("record_version", models.PositiveIntegerField(verbose_name="version")),
                ("act", models.CharField(max_length=60, verbose_name="act")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("fields", models.JSONField(default=dict, verbose_name="changed fields")),
                ("note", models.TextField(blank=True, verbose_name="note")),
            ],
            options={
                "verbose_name": "change of a record",
                "indexes": [models.Index(fields=["kind", "record_id", "-at"], name="crm_change_record")],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="created")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("updated_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="changed")),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("number", models.CharField(editable=False, max_length=32, unique=True, verbose_name="number")),
                (
                    "org_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.orgunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("category", models.CharField(blank=True, max_length=80, verbose_name="category")),
                ("unit", models.CharField(blank=True, max_length=40, verbose_name="unit")),
                (
                    "list_price",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="list price",
                    ),
                ),
                (
                    "min_price",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="lowest price",
                    ),
                ),
                (
                    "cost",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="cost",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="on sale")),
                (
                    "import_key",
                    models.CharField(blank=True, editable=False, max_length=80, verbose_name="id in the source system"),
                ),
            ],
            options={
                "verbose_name": "product",
                "verbose_name_plural": "products",
                "indexes": [
                    models.Index(fields=["org_unit", "-created_at"], name="crm_product_unit"),
                    models.Index(fields=["owner", "-created_at"], name="crm_product_owner"),
                    models.Index(fields=["name", "id"], name="crm_product_name"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("import_key", ""), _negated=True),
                        fields=("import_key",),
                        name="crm_product_import_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="created")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("updated_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="changed")),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("number", models.CharField(editable=False, max_length=32, unique=True, verbose_name="number")),
                (
                    "org_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.orgunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("individual", "Person"), ("organisation", "Organisation")],
                        default="organisation",
                        max_length=14,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_pinyin", models.CharField(blank=True, editable=False, max_length=400, verbose_name="pinyin")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("female", "Female"), ("male", "Male"), ("other", "Other")],
                        max_length=8,
                        verbose_name="sex",
                    ),
                ),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="date of birth")),
                ("id_no_sealed", models.BinaryField(blank=True, default=bytes, verbose_name="identity number")),
                ("id_no_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("mobile", models.CharField(blank=True, max_length=40, verbose_name="mobile phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("wechat", models.CharField(blank=True, max_length=60, verbose_name="WeChat")),
                ("area_code", models.CharField(blank=True, max_length=20, verbose_name="area code")),
                ("area", models.CharField(blank=True, max_length=120, verbose_name="area")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                ("occupation", models.CharField(blank=True, max_length=80, verbose_name="occupation")),
                ("industry", models.CharField(blank=True, max_length=80, verbose_name="industry")),
                ("education", models.CharField(blank=True, max_length=80, verbose_name="education")),
                ("hobbies", models.CharField(blank=True, max_length=300, verbose_name="hobbies")),
                ("legal_name", models.CharField(blank=True, max_length=200, verbose_name="legal name")),
                (
                    "credit_code",
                    models.CharField(
                        blank=True,
                        max_length=18,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9A-HJ-NP-RTUWXY]{2}\\d{6}[0-9A-HJ-NP-RTUWXY]{10}$",
                                "A credit code has 18 digits and capital letters.",
                            )
                        ],
                        verbose_name="credit code",
                    ),
                ),
                (
                    "size",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("micro", "Up to 10 people"),
                            ("small", "11 to 50 people"),
                            ("medium", "51 to 250 people"),
                            ("large", "More than 250 people"),
                        ],
                        max_length=8,
                        verbose_name="size",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=80, verbose_name="source")),
                ("source_campaign", models.CharField(blank=True, max_length=80, verbose_name="source campaign")),
                (
                    "referrer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="referred",
                        to="crm_core.customer",
                        verbose_name="referred by",
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "lifecycle_stage",
                    models.CharField(
                        choices=[
                            ("suspect", "Suspect"),
                            ("prospect", "Prospect"),
                            ("customer", "Customer"),
                            ("member", "Member"),
                            ("dormant", "Dormant"),
                            ("churned", "Churned"),
                            ("won_back", "Won back"),
                        ],
                        default="customer",
                        max_length=10,
                        verbose_name="stage",
                    ),
                ),
                (
                    "account_status",
                    models.CharField(
                        choices=[("pending", "Pending"), ("open", "Open"), ("frozen", "Frozen"), ("closed", "Closed")],
                        default="open",
                        max_length=8,
                        verbose_name="account",
                    ),
                ),
                ("is_key_account", models.BooleanField(default=False, verbose_name="key account")),
                ("value_score", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="value score")),
                (
                    "level",
                    models.ForeignKey(
                        default="standard",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to="crm_core.customerlevel",
                        verbose_name="level",
                    ),
                ),
                ("level_since", models.DateField(blank=True, null=True, verbose_name="level since")),
                ("level_valid_until", models.DateField(blank=True, null=True, verbose_name="level valid until")),
                ("level_review_on", models.DateField(blank=True, null=True, verbose_name="next level review")),
                (
                    "sla_factor",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("1.00"), max_digits=4, verbose_name="SLA factor"
                    ),
                ),
                (
                    "credit_limit",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=14, verbose_name="credit limit"
                    ),
                ),
                ("benefits", models.JSONField(blank=True, default=list, verbose_name="benefits")),
                (
                    "phone_keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, editable=False, size=None
                    ),
                ),
                (
                    "import_key",
                    models.CharField(blank=True, editable=False, max_length=80, verbose_name="id in the source system"),
                ),
                ("search", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
                "indexes": [
                    models.Index(fields=["org_unit", "-created_at"], name="crm_customer_unit"),
                    models.Index(fields=["owner", "-created_at"], name="crm_customer_owner"),
                    models.Index(fields=["org_unit", "level", "name"], name="crm_customer_level"),
                    models.Index(fields=["org_unit", "lifecycle_stage", "name"], name="crm_customer_stage"),
                    models.Index(fields=["name", "id"], name="crm_customer_name"),
                    models.Index(fields=["-updated_at", "id"], name="crm_customer_changed"),
                    models.Index(
                        condition=models.Q(("level_valid_until__isnull", False)),
                        fields=["level_valid_until"],
                        name="crm_customer_valid_until",
                    ),
                    models.Index(
                        condition=models.Q(("credit_code", ""), _negated=True),
                        fields=["credit_code"],
                        name="crm_customer_credit",
                    ),
                    models.Index(
                        condition=models.Q(("id_no_hash", ""), _negated=True),
                        fields=["id_no_hash"],
                        name="crm_customer_id_no",
                    ),
                    models.Index(
                        condition=models.Q(("email", ""), _negated=True), fields=["email"], name="crm_customer_email"
                    ),
                    django.contrib.postgres.indexes.GinIndex(fields=["search"], name="crm_customer_search"),
                    django.contrib.postgres.indexes.GinIndex(fields=["phone_keys"], name="crm_customer_phones"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("import_key", ""), _negated=True),
                        fields=("import_key",),
                        name="crm_customer_import_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("credit_limit__gte", 0)), name="crm_customer_credit_limit"
                    ),
                    models.CheckConstraint(condition=models.Q(("sla_factor__gt", 0)), name="crm_customer_sla_factor"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LevelChange",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="created")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("updated_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="changed")),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("number", models.CharField(editable=False, max_length=32, unique=True, verbose_name="number")),
                (
                    "org_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.orgunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="level_changes",
                        to="crm_core.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Being opened"),
                            ("requested", "Requested"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("applied", "Applied"),
                            ("revoked", "Revoked"),
                            ("withdrawn", "Withdrawn"),
                            ("no-change", "No change"),
                            ("duplicate", "Another change was open"),
                            ("expired", "Expired"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("request", "Asked for by sales"),
                            ("review", "Level review"),
                            ("complaint", "Complaint"),
                            ("premium", "Premium application"),
                        ],
                        default="request",
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="requester",
                    ),
                ),
                (
                    "from_level",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm_core.customerlevel",
                        verbose_name="present level",
                    ),
                ),
                (
                    "to_level",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm_core.customerlevel",
                        verbose_name="proposed level",
                    ),
                ),
                (
                    "recommended_level",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm_core.customerlevel",
                        verbose_name="recommended level",
                    ),
                ),
                (
                    "recommendation_rule",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="rule of the recommendation"),
                ),
                (
                    "direction",
                    models.CharField(
                        blank=True,
                        choices=[("up", "Up"), ("down", "Down"), ("same", "Unchanged")],
                        max_length=4,
                        verbose_name="direction",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("consumption", "Consumption"),
                            ("strategic", "Strategic"),
                            ("relationship", "Relationship"),
                            ("complaint", "Complaint"),
                            ("arrears", "Arrears"),
                            ("correction", "Correction"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                ("justification", models.TextField(blank=True, verbose_name="justification")),
                ("objection", models.TextField(blank=True, verbose_name="objection")),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="effective from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("as_of", models.DateField(blank=True, null=True, verbose_name="evidence as of")),
                ("evidence", models.JSONField(blank=True, default=dict, verbose_name="evidence")),
                ("evidence_hash", models.CharField(blank=True, max_length=64)),
                ("rounds", models.JSONField(blank=True, default=list, verbose_name="rounds")),
                ("before", models.JSONField(blank=True, default=dict, verbose_name="granted before")),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="duplicates",
                        to="crm_core.levelchange",
                        verbose_name="duplicate of",
                    ),
                ),
                ("closing_note", models.TextField(blank=True, verbose_name="closing note")),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="applied")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
            ],
            options={
                "verbose_name": "level change",
                "verbose_name_plural": "level changes",
                "indexes": [
                    models.Index(fields=["org_unit", "-created_at"], name="crm_level_change_unit"),
                    models.Index(fields=["owner", "-created_at"], name="crm_level_change_owner"),
                    models.Index(fields=["customer", "-created_at"], name="crm_level_change_customer"),
                    models.Index(fields=["org_unit", "status", "-created_at"], name="crm_level_change_status"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["requested", "approved"])),
                        fields=("customer",),
                        name="crm_level_change_one_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LevelDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="crm_core.levelchange"
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(verbose_name="round")),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("role", models.CharField(blank=True, max_length=120, verbose_name="role")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("approve", "Approve"), ("return", "Return for rework"), ("reject", "Reject")],
                        max_length=8,
                        verbose_name="decision",
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                ("evidence_hash", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField(verbose_name="at")),
                ("key", models.CharField(max_length=300, unique=True)),
            ],
            options={
                "verbose_name": "decision about a level change",
                "indexes": [models.Index(fields=["change", "at"], name="crm_level_decision_change")],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="created")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("updated_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="changed")),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="crm_core.customer",
                        verbose_name="customer",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("salutation", models.CharField(blank=True, max_length=30, verbose_name="salutation")),
                ("post", models.CharField(blank=True, max_length=120, verbose_name="post")),
                ("department", models.CharField(blank=True, max_length=120, verbose_name="department")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("mobile", models.CharField(blank=True, max_length=40, verbose_name="mobile phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("wechat", models.CharField(blank=True, max_length=60, verbose_name="WeChat")),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("decision_maker", "Decides"),
                            ("influencer", "Influences"),
                            ("user", "Uses"),
                            ("gatekeeper", "Controls access"),
                        ],
                        max_length=14,
                        verbose_name="role",
                    ),
                ),
                (
                    "reports_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reports",
                        to="crm_core.contact",
                        verbose_name="reports to",
                    ),
                ),
                ("is_main", models.BooleanField(default=False, verbose_name="main contact")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "import_key",
                    models.CharField(blank=True, editable=False, max_length=80, verbose_name="id in the source system"),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "indexes": [models.Index(fields=["customer", "name"], name="crm_contact_customer")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True), ("is_main", True)),
                        fields=("customer",),
                        name="crm_contact_one_main",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("import_key", ""), _negated=True),
                        fields=("import_key",),
                        name="crm_contact_import_key",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerTag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tag_links", to="crm_core.customer"
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="customer_links", to="crm_core.tag"
                    ),
                ),
                ("assigned_at", models.DateTimeField(verbose_name="assigned")),
                (
                    "assigned_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "tag of a customer",
                "indexes": [models.Index(fields=["tag", "customer"], name="crm_customer_by_tag")],
                "constraints": [models.UniqueConstraint(fields=("customer", "tag"), name="crm_customer_tag_once")],
            },
        ),
        migrations.CreateModel(
            name="Interaction",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="created")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("updated_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="changed")),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="interactions",
                        to="crm_core.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="interactions",
                        to="crm_core.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call", "Call"),
                            ("visit", "Visit"),
                            ("note", "Note"),
                            ("message", "Message"),
                            ("mail", "E-mail"),
                            ("event", "Event"),
                            ("system", "System"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "Phone"),
                            ("in_person", "In person"),
                            ("wechat", "WeChat"),
                            ("email", "E-mail"),
                            ("sms", "Text message"),
                            ("app", "App"),
                            ("web", "Web"),
                            ("letter", "Letter"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[
                            ("incoming", "From the customer"),
                            ("outgoing", "To the customer"),
                            ("internal", "Among ourselves"),
                        ],
                        default="internal",
                        max_length=8,
                        verbose_name="direction",
                    ),
                ),
                ("at", models.DateTimeField(default=config.clock.now, verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="minutes")),
                ("summary", models.TextField(verbose_name="summary")),
                ("reaction", models.TextField(blank=True, verbose_name="reaction")),
                ("next_step", models.CharField(blank=True, max_length=300, verbose_name="next step")),
                ("next_step_at", models.DateTimeField(blank=True, null=True, verbose_name="next step at")),
                ("linked_kind", models.CharField(blank=True, max_length=60)),
                ("linked_id", models.CharField(blank=True, max_length=64)),
                ("subject", models.CharField(blank=True, max_length=300, verbose_name="subject")),
                ("sent_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="sent")),
                ("key", models.CharField(blank=True, editable=False, max_length=500)),
            ],
            options={
                "verbose_name": "interaction",
                "verbose_name_plural": "interactions",
                "indexes": [
                    models.Index(fields=["customer", "-at", "-id"], name="crm_interaction_timeline"),
                    models.Index(
                        condition=models.Q(("next_step_at__isnull", False)),
                        fields=["customer", "next_step_at"],
                        name="crm_interaction_next_step",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True), fields=("key",), name="crm_interaction_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="created")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("updated_at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="changed")),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("number", models.CharField(editable=False, max_length=32, unique=True, verbose_name="number")),
                (
                    "org_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.orgunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="crm_core.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_approval", "In approval"),
                            ("confirmed", "Confirmed"),
                            ("delivering", "Being delivered"),
                            ("delivered", "Delivered"),
                            ("settled", "Settled"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="confirmed",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("ordered_on", models.DateField(verbose_name="ordered on")),
                ("required_on", models.DateField(blank=True, null=True, verbose_name="required on")),
                ("delivered_on", models.DateField(blank=True, null=True, verbose_name="delivered on")),
                ("payment_due_on", models.DateField(blank=True, null=True, verbose_name="payment due")),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="paid on")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=14, verbose_name="amount"
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "import_key",
                    models.CharField(blank=True, editable=False, max_length=80, verbose_name="id in the source system"),
                ),
            ],
            options={
                "verbose_name": "order",
                "verbose_name_plural": "orders",
                "indexes": [
                    models.Index(fields=["org_unit", "-created_at"], name="crm_order_unit"),
                    models.Index(fields=["owner", "-created_at"], name="crm_order_owner"),
                    models.Index(fields=["customer", "ordered_on"], name="crm_order_customer"),
                    models.Index(fields=["org_unit", "status", "-ordered_on"], name="crm_order_status"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("import_key", ""), _negated=True),
                        fields=("import_key",),
                        name="crm_order_import_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="crm_core.order"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_lines",
                        to="crm_core.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "quantity",
                    models.DecimalField(
                        decimal_places=3,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.001"))],
                        verbose_name="quantity",
                    ),
                ),
                (
                    "unit_price",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="unit price",
                    ),
                ),
                (
                    "discount",
                    models.DecimalField(
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="discount",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount")),
                (
                    "cost",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="cost"),
                ),
            ],
            options={
                "verbose_name": "order line",
                "verbose_name_plural": "order lines",
                "ordering": ["position"],
                "indexes": [models.Index(fields=["product"], name="crm_order_line_product")],
                "constraints": [models.UniqueConstraint(fields=("order", "position"), name="crm_order_line_position")],
            },
        ),
        migrations.CreateModel(
            name="Consumption",
            fields=[
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="crm_core.orderline",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="crm_core.order"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="consumption",
                        to="crm_core.customer",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="crm_core.product"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=12, verbose_name="quantity")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount")),
                ("cost", models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name="cost")),
            ],
            options={
                "verbose_name": "consumption",
                "verbose_name_plural": "consumption",
                "db_table": "crm_consumption",
                "managed": False,
            },
        ),
        migrations.AddField(
            model_name="customer",
            name="tags",
            field=models.ManyToManyField(related_name="customers", through="crm_core.CustomerTag", to="crm_core.tag"),
        ),
    ]
