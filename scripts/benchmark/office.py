"""A busy office: one clerk with long lists of every kind, beside the open tasks of everybody else."""

from __future__ import annotations

from typing import Any

from django.db import connection, models

from scripts.benchmark import diagrams, product
from scripts.benchmark.measuring import Samples

OWN, OFFERED, FINISHED, MARKED = 5_000, 50_000, 20_000, 500


def fill(total: int) -> None:
    """A clerk with 5,000 tasks, a queue of 50,000 and 20,000 done; 500 each put off, followed, copied, asked about.

    Each is of a process of its own, and 500 of these the clerk has started. So many open tasks
    altogether; the numbers shrink with it.
    """
    from tasks_inbox.models import WorkItem

    clerk, colleague = product.clerk(), _colleague()
    product.fill_own_queue()
    instance = product.start(diagrams.APPROVE, Samples())
    (item,) = product.open_items(instance)
    scale = min(1.0, total / 1_000_000)
    own, offered = max(240, int(OWN * scale)), max(120, int(OFFERED * scale))
    words: dict[str, Any] = {
        "clerk": clerk.pk,
        "colleague": colleague.pk,
        "instance": instance.pk,
        "item": item,
        "own": own,
        "offered": offered,
        "finished": max(120, int(FINISHED * scale)),
        "marked": max(60, int(MARKED * scale)),
        "group": diagrams.GROUP,
        "seeded": product.SEEDED,
    }
    present = WorkItem.objects.filter(process_key=product.SEEDED).count()
    product.fill_other_queues(total - own - offered, present)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE office AS " + IDS, words)
        cursor.execute(_copies(type(instance), "instance", INSTANCES), words)
        cursor.execute(_copies(WorkItem, "item", ITEMS), words)
        for statement in MARKS:
            cursor.execute(statement, words)
        cursor.execute("DROP TABLE office")
        cursor.execute("VACUUM ANALYZE")


def _colleague() -> Any:
    from accounts.models import User

    found: Any = User.objects.get_or_create(username="benchmark.colleague", org_unit=product.clerk().org_unit)[0]
    return found


def _copies(model: type[models.Model], template: str, given: dict[str, str]) -> str:
    """The statement that writes a copy of the template for each row of the office, with what is given instead."""
    table = model._meta.db_table
    columns = [str(field.column) for field in model._meta.concrete_fields]
    values = ", ".join(given.get(column, f"template.{column}") for column in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM office, {table} AS template"  # noqa: S608
        f" WHERE template.id = %({template})s"
    )


IDS = """
    SELECT kind, n, gen_random_uuid() AS instance, gen_random_uuid() AS item,
        now() + (n - %(own)s / 4) * interval '20 minutes' AS due
    FROM (SELECT 'own' AS kind, n FROM generate_series(1, %(own)s) AS n
          UNION ALL SELECT 'offered', n FROM generate_series(1, %(offered)s) AS n
          UNION ALL SELECT 'finished', n FROM generate_series(1, %(finished)s) AS n) AS numbers
"""
INSTANCES = {
    "id": "office.instance",
    "root_id": "office.instance",
    "started_by_id": "CASE WHEN kind = 'own' AND office.n <= %(marked)s THEN %(clerk)s ELSE %(colleague)s END",
    "number": "'B-' || office.n",
}
ITEMS = {
    "id": "office.item",
    "instance_id": "office.instance",
    "assignee_id": "CASE kind WHEN 'offered' THEN NULL ELSE %(clerk)s END",
    "created_at": "now() - office.n * interval '1 minute'",
    "due_at": "office.due",
    "record_number": "'B-' || office.n",
    "watched": "kind = 'own' AND office.n <= %(marked)s",
    "copied": "kind = 'own' AND office.n <= %(marked)s",
    "consulted": "kind = 'own' AND office.n <= %(marked)s",
    "status": "CASE kind WHEN 'finished' THEN 'completed' ELSE 'open' END",
    "ended_by_id": "CASE kind WHEN 'finished' THEN %(clerk)s END",
    "ended_at": "CASE kind WHEN 'finished' THEN now() - office.n * interval '30 minutes' END",
}
MARKS = (
    """UPDATE workflows_processinstance SET started_by_id = %(colleague)s
       WHERE id IN (SELECT instance_id FROM tasks_inbox_workitem WHERE process_key = %(seeded)s LIMIT 1)""",
    """INSERT INTO tasks_inbox_candidate (item_id, group_key, escalated, available, sort_at, created_at)
       SELECT item, %(group)s, false, true, due, now() FROM office WHERE kind = 'offered'""",
    """INSERT INTO tasks_inbox_snooze (item_id, user_id, until, at)
       SELECT item, %(clerk)s, now() + n * interval '1 hour', now() FROM office
       WHERE kind = 'own' AND n > %(own)s - %(marked)s""",
    """INSERT INTO tasks_inbox_watch (item_id, user_id, at)
       SELECT item, %(clerk)s, now() FROM office WHERE kind = 'own' AND n <= %(marked)s""",
    """INSERT INTO tasks_inbox_copy (item_id, user_id, by_id, note, at)
       SELECT item, %(clerk)s, %(colleague)s, '', now() - n * interval '1 hour' FROM office
       WHERE kind = 'own' AND n <= %(marked)s""",
    """INSERT INTO tasks_inbox_consultation (id, item_id, asked_id, by_id, question, answer, status, pauses, at)
       SELECT gen_random_uuid(), item, %(clerk)s, %(colleague)s, 'Is this right?', '', 'open', false,
           now() - n * interval '1 hour' FROM office WHERE kind = 'own' AND n <= %(marked)s""",
)
