"""What the tables need to be of use: number sequences and the consumption view."""

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


class Migration(migrations.Migration):
    dependencies = [("crm_core", "0001_initial")]

    operations = [
        *[migrations.RunSQL(create_sequence_sql(prefix), drop_sequence_sql(prefix)) for prefix in PREFIXES],
        migrations.RunSQL(CONSUMPTION, "DROP VIEW crm_consumption"),
    ]
