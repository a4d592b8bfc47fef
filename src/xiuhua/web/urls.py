"""Addresses of the room."""

from django.urls import path

from xiuhua.web import health, map_config, map_names, pages

app_name = "web"
urlpatterns = [
    path("", pages.start, name="start"),
    path("map", pages.map_page, name="map"),
    path("map/config.json", map_config.map_config, name="map-config"),
    path("map/<slug:district_code>/names.json", map_names.map_names, name="map-names"),
    path("about", pages.about, name="about"),
    path("language", pages.set_language, name="set-language"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
    path("robots.txt", pages.robots, name="robots"),
    path("healthz", health.healthz, name="healthz"),
]
