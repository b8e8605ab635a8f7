"""The address of the style page."""

from django.urls import path

from web.views.styleguide import styleguide, styleguide_people

urlpatterns = [
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/people/", styleguide_people, name="styleguide_people"),
]
