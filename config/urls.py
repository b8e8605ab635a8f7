"""All addresses of the product."""

from importlib.util import find_spec

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
if find_spec("web.urls"):
    urlpatterns += [path("", include("web.urls"))]
if find_spec("api.urls"):
    urlpatterns += [path("api/", include("api.urls"))]
