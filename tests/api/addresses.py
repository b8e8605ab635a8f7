"""The addresses of the API and of the login, without the pages."""

from django.urls import include, path

urlpatterns = [path("accounts/", include("allauth.urls")), path("api/", include("api.urls"))]
