"""All addresses of the product."""

from django.urls import include, path

from api.metrics import metrics

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("web.urls")),
    path("api/", include("api.urls")),
    path("metrics", metrics, name="metrics"),
]
