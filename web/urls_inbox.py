"""Addresses of the inbox's lists, its filter line and its saved views."""

from django.urls import path

from web.views import inbox, inbox_complete, inbox_views

urlpatterns = [
    path("inbox/saved/<uuid:view_id>/", inbox_views.saved_view, name="saved_view"),
    path("inbox/saved/<uuid:view_id>/pin/", inbox_views.pin_view, name="saved_view_pin"),
    path("inbox/saved/<uuid:view_id>/forget/", inbox_views.forget_view, name="saved_view_forget"),
    path("inbox/complete/", inbox_complete.complete, name="inbox_complete"),
    path("inbox/<str:view>/save/", inbox_views.save_view, name="save_view"),
    path("inbox/<str:view>/", inbox.inbox, name="inbox"),
    path("inbox/<str:view>/rows/", inbox.inbox_rows, name="inbox_rows"),
]
