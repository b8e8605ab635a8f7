"""The Celery application: jobs are the functions in each app's ``jobs`` module, their times are here."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_init
from django.db import close_old_connections

from config.garbage import keep_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
app = Celery("baton")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
app.autodiscover_tasks(related_name="jobs")
# Jobs keep their database connection as requests do (CONN_MAX_AGE); Celery would close it around each one.
app.conf.CELERY_DB_REUSE_MAX = 1_000_000


@task_prerun.connect(dispatch_uid="config.celery.before")
@task_postrun.connect(dispatch_uid="config.celery.after")
def _close_old_connections(**_task: Any) -> None:
    close_old_connections()


@worker_init.connect(dispatch_uid="config.celery.ready")
def _keep_what_is_loaded(**_worker: Any) -> None:
    keep_what_is_loaded()


# A tick that no worker takes in time is worth nothing: the next one does the same.
app.conf.beat_schedule = {
    "fire timers": {"task": "workflows.fire_timers", "schedule": 1.0, "options": {"expires": 2}},
    "start due processes": {"task": "workflows.start_due_processes", "schedule": 5.0, "options": {"expires": 5}},
    "sweep": {"task": "workflows.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "climb ladders": {"task": "tasks_inbox.climb_ladders", "schedule": 15.0, "options": {"expires": 15}},
    "hand over": {"task": "tasks_inbox.hand_over", "schedule": 15.0, "options": {"expires": 15}},
    "hand back": {"task": "tasks_inbox.hand_back", "schedule": 15.0, "options": {"expires": 15}},
    "carry out held acts": {"task": "tasks_inbox.carry_out_held_acts", "schedule": 1.0, "options": {"expires": 2}},
    "wake what was put off": {"task": "tasks_inbox.wake_snoozed", "schedule": 15.0, "options": {"expires": 15}},
    "mail unseen": {"task": "notifications.mail_unseen", "schedule": 60.0, "options": {"expires": 60}},
    "news to devices": {"task": "notifications.push_unseen", "schedule": 5.0, "options": {"expires": 5}},
    "daily letters": {"task": "notifications.plan_daily_letters", "schedule": 60.0, "options": {"expires": 60}},
    "listen for bots": {"task": "notifications.listen_for_bots", "schedule": 10.0, "options": {"expires": 10}},
    "letters and posts": {"task": "notifications.carry_out_due", "schedule": 10.0, "options": {"expires": 10}},
    "forget old letters": {"task": "notifications.forget_old", "schedule": 3600.0, "options": {"expires": 3600}},
    "remind of promises": {"task": "notifications.remind_of_promises", "schedule": 60.0, "options": {"expires": 60}},
    "forget expired answers and tokens": {
        "task": "api.forget_expired",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "keep the history": {"task": "workflows.keep_history", "schedule": 1800.0, "options": {"expires": 1800}},
    "tidy up": {"task": "workflows.tidy_up", "schedule": 3600.0, "options": {"expires": 3600}},
}
