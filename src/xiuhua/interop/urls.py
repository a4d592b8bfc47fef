"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from xiuhua.interop.exchange import pages as exchange

app_name = "interop"
urlpatterns: list[URLPattern | URLResolver] = [
    path("import/", exchange.import_page, name="import"),
    path("import/<str:token>/confirm/", exchange.import_confirm, name="import-confirm"),
    path("import/<str:token>/rejects.csv", exchange.import_rejects, name="import-rejects"),
    path("export/<slug:district_code>/<slug:layer>.<slug:file_format>", exchange.export, name="export"),
]
