"""What the tables need to be of use: number sequences, the five levels, and the consumption view."""

from decimal import Decimal

from django.db import migrations

from crm_core.numbers import create_sequence_sql, drop_sequence_sql

PREFIXES = ("C", "LC", "P", "SO")

CONSUMPTION = """
CREATE VIEW crm_consumption AS
SELECT line.id AS line_id, purchase.id AS order_id, purchase.customer_id, line.product_id,
       purchase.ordered_on AS day, line.quantity, line.amount, line.cost
FROM crm_core_orderline line JOIN crm_core_order purchase ON purchase.id = line.order_id
WHERE purchase.status <> 'cancelled'
"""


def benefit(code, en, zh):
    return {"code": code, "en": en, "zh": zh}


HOTLINE = benefit("hotline", "Own hotline", "专属热线")
CARE = benefit("birthday-care", "Care on birthdays and anniversaries", "生日与周年关怀")
MANAGER = benefit("account-manager", "Account manager", "客户经理")
FIRST = benefit("first-in-line", "First in line for events", "活动优先")

# code, rank, names, amount from, benefits, SLA factor, credit limit, review after months, tell when lowered
LEVELS = [
    ("watch", 0, "Watch", "关注", None, [], "1.00", "0", 3, False),
    ("standard", 1, "Standard", "普通", "0", [], "1.00", "0", 12, False),
    ("silver", 2, "Silver", "银级", "20000", [CARE], "0.90", "50000", 12, False),
    ("gold", 3, "Gold", "金级", "100000", [CARE, HOTLINE, FIRST], "0.75", "200000", 12, True),
    ("platinum", 4, "Platinum", "白金", "500000", [CARE, HOTLINE, FIRST, MANAGER], "0.50", "1000000", 12, True),
]


def add_levels(apps, schema_editor):
    level = apps.get_model("crm_core", "CustomerLevel")
    for code, rank, name, name_zh, amount, benefits, factor, credit, months, tells in LEVELS:
        level.objects.create(
            code=code,
            rank=rank,
            name=name,
            name_zh=name_zh,
            min_amount=None if amount is None else Decimal(amount),
            benefits=benefits,
            sla_factor=Decimal(factor),
            credit_limit=Decimal(credit),
            review_months=months,
            tells_customer_when_lowered=tells,
        )


def remove_levels(apps, schema_editor):
    apps.get_model("crm_core", "CustomerLevel").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("crm_core", "0001_initial")]

    operations = [
        *[migrations.RunSQL(create_sequence_sql(prefix), drop_sequence_sql(prefix)) for prefix in PREFIXES],
        migrations.RunSQL(CONSUMPTION, "DROP VIEW crm_consumption"),
        migrations.RunPython(add_levels, remove_levels),
    ]
