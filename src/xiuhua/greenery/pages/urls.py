"""Addresses of what was measured."""

from django.urls import path

from xiuhua.greenery.pages import homes, overview

HERE = "greenery/<text:district_code>/"
urlpatterns = [
    path(HERE, overview.overview, name="overview"),
    path(f"{HERE}areas/<text:kind>/<text:area_code>/", overview.area, name="area"),
    path(f"{HERE}homes/<text:home_code>/", homes.home, name="home"),
]
