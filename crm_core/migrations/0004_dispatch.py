"""The tables of parts on stock and parts asked for."""

import config.clock
import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_append_only"),
        ("crm_core", "0003_service"),
    ]

    operations = [
        migrations.CreateModel(
            name="StockItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "org_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.orgunit",
                        verbose_name="unit",
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, max_length=120, verbose_name="Chinese name")),
                (
                    "price",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0"),
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="price",
                    ),
                ),
                (
                    "on_hand",
                    models.DecimalField(decimal_places=3, default=Decimal("0"), max_digits=12, verbose_name="on hand"),
                ),
            ],
            options={
                "verbose_name": "stock item",
                "verbose_name_plural": "stock items",
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(fields=("org_unit", "code"), name="crm_stock_item_once"),
                    models.CheckConstraint(
                        condition=models.Q(("on_hand__gte", 0), ("price__gte", 0)), name="crm_stock_item_amounts"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartsRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "work_order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts_requests",
                        to="crm_core.workorder",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("reserved", "Reserved"),
                            ("ordered", "Ordered"),
                            ("arrived", "Arrived"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("items", models.JSONField(default=list, verbose_name="parts")),
                ("key", models.CharField(editable=False, max_length=200, unique=True)),
                ("requested_at", models.DateTimeField(default=config.clock.now, verbose_name="asked for")),
                ("expected_on", models.DateField(blank=True, null=True, verbose_name="expected")),
                ("arrived_at", models.DateTimeField(blank=True, null=True, verbose_name="arrived")),
            ],
            options={
                "verbose_name": "parts request",
                "verbose_name_plural": "parts requests",
                "ordering": ["requested_at", "pk"],
            },
        ),
    ]
