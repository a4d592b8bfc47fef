"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, include, path

from xiuhua.interop.exchange import pages as exchange
from xiuhua.interop.tiles import pages as tiles

app_name = "interop"
urlpatterns: list[URLPattern | URLResolver] = [
    path("import/", exchange.import_page, name="import"),
    path("import/<text:token>/confirm/", exchange.import_confirm, name="import-confirm"),
    path("import/<text:token>/rejects.csv", exchange.import_rejects, name="import-rejects"),
    path("export/<slug:district_code>/<slug:layer>.<slug:file_format>", exchange.export, name="export"),
    path("tiles/<slug:district_code>/<slug:layer>.json", tiles.description, name="tilejson"),
    path("tiles/<slug:district_code>/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
    path("open311/", include("xiuhua.interop.open311.urls")),
]
