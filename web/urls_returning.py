"""Addresses of sending a task back, and of taking back a completion or a whole request."""

from django.urls import path

from web.views import returning

urlpatterns = [
    path("tasks/<uuid:item_id>/return/", returning.send_back, name="task_return"),
    path("tasks/<uuid:item_id>/return/preview/", returning.send_back_preview, name="task_return_preview"),
    path("tasks/<uuid:item_id>/withdraw/", returning.withdraw, name="task_withdraw"),
    path("tasks/<uuid:item_id>/reject/", returning.reject, name="task_reject"),
    path("requests/<uuid:instance_id>/recall/", returning.recall, name="request_recall"),
]
