"""The tables of people, units, roles, calendars, substitutions and the audit log."""

import accounts.models.people
import config.clock
import django.contrib.auth.models
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Role",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*$", "Use small letters, digits and hyphens."
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, max_length=80, verbose_name="Chinese name")),
                (
                    "fallback_group",
                    models.CharField(
                        blank=True,
                        help_text="Who is asked when nobody holding the role and no head further up may decide.",
                        max_length=90,
                        verbose_name="fallback group",
                    ),
                ),
            ],
            options={
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="DataScope",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="data_scopes", to="accounts.role"
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="record kind")),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("own", "Own records"),
                            ("team", "Own unit and below"),
                            ("department", "Department"),
                            ("branch_subtree", "Branch and below"),
                            ("all", "Whole company"),
                        ],
                        max_length=20,
                        verbose_name="reach",
                    ),
                ),
                (
                    "actions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("view", "View"),
                                ("create", "Create"),
                                ("change", "Change"),
                                ("delete", "Delete"),
                                ("export", "Export"),
                                ("print", "Print"),
                                ("assign", "Assign"),
                                ("approve", "Approve"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
            ],
            options={
                "verbose_name": "data scope",
                "verbose_name_plural": "data scopes",
                "ordering": ["role_id", "kind", "scope"],
                "constraints": [models.UniqueConstraint(fields=("role", "kind", "scope"), name="data_scope_once")],
            },
        ),
        migrations.CreateModel(
            name="FieldRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="field_rules",
                        to="accounts.role",
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="record kind")),
                ("field", models.CharField(max_length=60, verbose_name="field")),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("read_only", "Read only"),
                            ("masked", "Masked"),
                            ("hidden", "Hidden"),
                        ],
                        max_length=20,
                        verbose_name="effect",
                    ),
                ),
            ],
            options={
                "verbose_name": "field rule",
                "verbose_name_plural": "field rules",
                "ordering": ["kind", "field", "role_id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("role", "kind", "field"), name="field_rule_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public id"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=config.clock.now, editable=False, verbose_name="created at"),
                ),
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
                (
                    "updated_at",
                    models.DateTimeField(default=config.clock.now, editable=False, verbose_name="changed at"),
                ),
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
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "This username is taken."},
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9._-]*$", "Use small letters, digits, dots, hyphens and underscores."
                            )
                        ],
                        verbose_name="username",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=config.clock.now, verbose_name="date joined")),
                (
                    "native_name",
                    models.CharField(
                        blank=True,
                        help_text="Shown on Chinese screens, for example 李伟.",
                        max_length=60,
                        verbose_name="Chinese name",
                    ),
                ),
                ("family_name_first", models.BooleanField(default=False, verbose_name="family name first")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("en", "English"), ("zh-hans", "简体中文")],
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                (
                    "theme",
                    models.CharField(
                        choices=[("system", "As the system"), ("light", "Light"), ("dark", "Dark")],
                        default="system",
                        max_length=10,
                        verbose_name="theme",
                    ),
                ),
                (
                    "density",
                    models.CharField(
                        choices=[("auto", "Automatic"), ("dense", "Dense"), ("touch", "Touch")],
                        default="auto",
                        max_length=10,
                        verbose_name="density",
                    ),
                ),
                (
                    "zone",
                    models.CharField(
                        blank=True,
                        max_length=60,
                        validators=[accounts.models.people.validate_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("letter_keys", models.BooleanField(default=True, verbose_name="single-letter keys")),
                ("staff_no", models.CharField(blank=True, max_length=30, verbose_name="staff number")),
                (
                    "manager",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="manager",
                    ),
                ),
                (
                    "position",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sales_rep", "Sales representative"),
                            ("service_agent", "Service agent"),
                            ("housekeeper", "Housekeeper"),
                            ("technician", "Technician"),
                            ("marketing_rep", "Marketing representative"),
                            ("analyst", "Analyst"),
                            ("manager", "Manager"),
                            ("director", "Director"),
                            ("admin", "Administrator"),
                        ],
                        max_length=20,
                        verbose_name="position",
                    ),
                ),
                (
                    "skills",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="skills",
                    ),
                ),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(
                        default=20,
                        help_text="How many open tasks this person can carry at once.",
                        verbose_name="capacity",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ["username"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("email", ""), _negated=True),
                        name="user_email_once",
                        violation_error_code="unique",
                        violation_error_message="This e-mail address is taken.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("staff_no", ""), _negated=True),
                        fields=("staff_no",),
                        name="user_staff_no_once",
                        violation_error_code="unique",
                        violation_error_message="This staff number is taken.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("manager", models.F("id")), _negated=True), name="user_is_not_own_manager"
                    ),
                ],
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=config.clock.now, editable=False, verbose_name="at")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("event", models.CharField(max_length=60, verbose_name="event")),
                ("subject_kind", models.CharField(blank=True, max_length=60, verbose_name="record kind")),
                ("subject_id", models.CharField(blank=True, max_length=80, verbose_name="record")),
                ("data", models.JSONField(blank=True, default=dict, verbose_name="details")),
                ("address", models.GenericIPAddressField(blank=True, null=True, verbose_name="network address")),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit log",
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="audit_newest"),
                    models.Index(fields=["subject_kind", "subject_id", "-at"], name="audit_subject"),
                    models.Index(fields=["event", "-at"], name="audit_event"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkCalendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public id"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=config.clock.now, editable=False, verbose_name="created at"),
                ),
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
                (
                    "updated_at",
                    models.DateTimeField(default=config.clock.now, editable=False, verbose_name="changed at"),
                ),
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
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, max_length=120, verbose_name="Chinese name")),
                (
                    "zone",
                    models.CharField(
                        max_length=60, validators=[accounts.models.people.validate_zone], verbose_name="time zone"
                    ),
                ),
                ("hours", models.JSONField(blank=True, null=True, verbose_name="weekly hours")),
                ("region", models.CharField(blank=True, max_length=12, verbose_name="public holidays of")),
                (
                    "hours_per_day",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=4, null=True, verbose_name="hours per business day"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="accounts.workcalendar",
                        verbose_name="based on",
                    ),
                ),
                ("is_default", models.BooleanField(default=False, verbose_name="default")),
                ("stamp", models.UUIDField(default=uuid.uuid4, editable=False)),
            ],
            options={
                "verbose_name": "work calendar",
                "verbose_name_plural": "work calendars",
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("is_default",),
                        name="work_calendar_one_default",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="days", to="accounts.workcalendar"
                    ),
                ),
                ("date", models.DateField(verbose_name="date")),
                (
                    "kind",
                    models.CharField(
                        choices=[("holiday", "Holiday"), ("workday", "Workday")],
                        default="holiday",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("hours", models.JSONField(blank=True, null=True, verbose_name="hours")),
            ],
            options={
                "verbose_name": "special day",
                "verbose_name_plural": "special days",
                "ordering": ["date"],
                "constraints": [models.UniqueConstraint(fields=("calendar", "date"), name="calendar_day_once")],
            },
        ),
        migrations.CreateModel(
            name="OrgUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public id"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=config.clock.now, editable=False, verbose_name="created at"),
                ),
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
                (
                    "updated_at",
                    models.DateTimeField(default=config.clock.now, editable=False, verbose_name="changed at"),
                ),
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
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z0-9]+(-[A-Z0-9]+)*$", "Use capital letters, digits and hyphens."
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, max_length=120, verbose_name="Chinese name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hq", "Headquarters"),
                            ("city_branch", "City branch"),
                            ("department", "Department"),
                            ("team", "Team"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "function",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("marketing", "Marketing"),
                            ("sales", "Sales"),
                            ("service", "Service"),
                            ("finance", "Finance"),
                            ("operations", "Operations"),
                            ("product_design", "Product design"),
                            ("management", "Management"),
                            ("it", "Information technology"),
                        ],
                        max_length=20,
                        verbose_name="function",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="accounts.orgunit",
                        verbose_name="part of",
                    ),
                ),
                ("path", models.CharField(editable=False, max_length=1000, unique=True, verbose_name="path")),
                (
                    "head",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="heads",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="head",
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="accounts.workcalendar",
                        verbose_name="work calendar",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "unit",
                "verbose_name_plural": "units",
                "ordering": ["path"],
                "indexes": [models.Index(fields=["path"], name="orgunit_path_prefix", opclasses=["text_pattern_ops"])],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("path__endswith", "/"), ("path__startswith", "/")),
                        name="orgunit_path_has_slashes",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleAssignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="role_assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="accounts.role"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_assignments",
                        to="accounts.orgunit",
                    ),
                ),
                ("created_at", models.DateTimeField(default=config.clock.now, editable=False)),
                (
                    "created_by",
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
                "verbose_name": "role assignment",
                "verbose_name_plural": "role assignments",
                "ordering": ["role_id", "unit_id", "user_id"],
                "indexes": [models.Index(fields=["role", "unit"], name="role_assignment_role_unit")],
                "constraints": [models.UniqueConstraint(fields=("user", "role", "unit"), name="role_assignment_once")],
            },
        ),
        migrations.CreateModel(
            name="Substitution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "substituted",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="substitutions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="absent",
                    ),
                ),
                (
                    "substitute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stands_in",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="substitute",
                    ),
                ),
                ("starts", models.DateTimeField(verbose_name="from")),
                ("ends", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "process_keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="processes",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.orgunit",
                        verbose_name="branch",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("created_at", models.DateTimeField(default=config.clock.now, editable=False)),
                (
                    "created_by",
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
                "verbose_name": "substitution",
                "verbose_name_plural": "substitutions",
                "ordering": ["starts", "id"],
                "indexes": [
                    models.Index(fields=["substituted", "starts", "ends"], name="substitution_absent"),
                    models.Index(fields=["substitute", "starts", "ends"], name="substitution_stands_in"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("substituted", models.F("substitute")), _negated=True),
                        name="substitution_is_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends__isnull", True), ("ends__gte", models.F("starts")), _connector="OR"),
                        name="substitution_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="org_unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="accounts.orgunit",
                verbose_name="unit",
            ),
        ),
    ]
