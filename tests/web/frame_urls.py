"""The style page and the frame's own addresses beside those of the project."""

from django.urls import include, path

from config.urls import urlpatterns as project

urlpatterns = [path("", include("web.urls_frame")), path("", include("web.urls_styleguide")), *project]
