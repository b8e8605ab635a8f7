"""Addresses of what is done to several tasks at once, and of what was completed and can still be undone."""

from django.urls import path

from web.views import task_bulk, task_held

urlpatterns = [
    path("tasks/<uuid:item_id>/undo/", task_held.undo, name="task_undo"),
    path("tasks/<uuid:item_id>/finish/", task_held.finish, name="task_finish"),
    path("tasks/many/<slug:act>/", task_bulk.do_many, name="tasks_many"),
    path("tasks/many/<slug:act>/ask/", task_bulk.ask_many, name="tasks_many_ask"),
    path("tasks/undo/<uuid:batch>/", task_held.undo_batch, name="tasks_undo"),
]
