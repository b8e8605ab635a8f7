"""The addresses of the pages; each area of pages keeps its own beside this file."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from web.views import (
    approvals,
    inbox,
    news_choices,
    news_devices,
    notifications,
    profile,
    requests,
    search,
    task,
    task_acts,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", inbox.start, name="home"),
    path("", include("web.urls_frame")),
    path("", include("web.urls_styleguide")),
    path("tasks/files/<uuid:file_id>/", task.open_file, name="task_file"),
    path("tasks/<uuid:item_id>/", task.task_page, name="task"),
    path("tasks/<uuid:item_id>/pane/", task.task_pane, name="task_pane"),
    path("tasks/<uuid:item_id>/opened/", task.task_opened, name="task_opened"),
    path("tasks/<uuid:item_id>/diagram/", task.task_diagram, name="task_diagram"),
    path("tasks/<uuid:item_id>/files/", task.files_of, name="task_files"),
    path("tasks/<uuid:item_id>/attach/", task.attach_file, name="task_attach"),
    path("tasks/<uuid:item_id>/claim/", task_acts.claim, name="task_claim"),
    path("tasks/<uuid:item_id>/release/", task_acts.release, name="task_release"),
    path("tasks/<uuid:item_id>/complete/", task_acts.complete, name="task_complete"),
    path("tasks/<uuid:item_id>/draft/", task_acts.keep_draft, name="task_draft"),
    path("tasks/<uuid:item_id>/comment/", task_acts.comment, name="task_comment"),
    path("tasks/<uuid:item_id>/discussion/", task_acts.discussion, name="task_discussion"),
    path("tasks/<uuid:item_id>/transfer/", task_acts.transfer, name="task_transfer"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/queue/", approvals.approvals_queue, name="approvals_queue"),
    path("approvals/phrases/", approvals.approval_phrases, name="approval_phrases"),
    path("approvals/<uuid:item_id>/", approvals.approval, name="approval"),
    path("approvals/<uuid:item_id>/seen/", approvals.approval_seen, name="approval_seen"),
    path("approvals/<uuid:item_id>/ahead/", approvals.approval_ahead, name="approval_ahead"),
    path("requests/mine/", requests.requests_mine, name="requests_mine"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.read_all, name="notifications_read"),
    path("notifications/<uuid:notification_id>/", notifications.open_notification, name="notification"),
    path("search/", search.search, name="search"),
    path("search/palette/", search.palette, name="palette"),
    path("search/people/", search.people, name="people_search"),
    path("profile/", profile.profile, name="profile"),
    path("profile/news/", news_choices.news_choices, name="profile_news"),
    path("profile/devices/", news_devices.allow_device, name="device_allow"),
    path("profile/devices/<uuid:device_id>/remove/", news_devices.remove_device, name="device_remove"),
    path("profile/password/", profile.password, name="profile_password"),
]
AREAS = (
    "web.urls_inbox",
    "web.urls_held",
    "web.urls_signing",
    "web.urls_returning",
    "web.urls_crm",
    "web.urls_marketing",
    "web.urls_processes",
    "web.urls_admin",
    "web.urls_absence",
    "web.urls_task_verbs",
    "web.urls_task_words",
    "web.urls_team",
)
urlpatterns += [path("", include(area)) for area in AREAS]
