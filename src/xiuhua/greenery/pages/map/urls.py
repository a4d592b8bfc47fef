"""Addresses of the map and of what is tried on it."""

from django.urls import path

from xiuhua.greenery.pages.map import page, whatif

HERE = "greenery/<text:district_code>/"
urlpatterns = [
    path(f"{HERE}map/", page.show, name="map"),
    path(f"{HERE}map/values/<text:measure>.json", page.values, name="map-values"),
    path(f"{HERE}map/cards/<text:layer>/<int:object_id>/", page.card, name="map-card"),
    path(f"{HERE}what-if/", whatif.show, name="what-if"),
    path(f"{HERE}what-if/ready/", whatif.ready, name="what-if-ready"),
    path(f"{HERE}what-if/tree/", whatif.tree, name="what-if-tree"),
    path(f"{HERE}what-if/gate/", whatif.gate, name="what-if-gate"),
]
