"""Addresses of what was measured."""

from django.urls import path

from xiuhua.greenery.pages import overview

HERE = "greenery/<text:district_code>/"
urlpatterns = [
    path(HERE, overview.overview, name="overview"),
    path(f"{HERE}areas/<text:kind>/<text:area_code>/", overview.area, name="area"),
]
