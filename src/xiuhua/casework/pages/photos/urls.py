"""Addresses: photos."""

from django.urls import URLPattern, path, re_path

from xiuhua.casework.pages.photos import showing

urlpatterns: list[URLPattern] = [
    re_path(r"^photo/(?P<key>[0-9a-f-]{36})/(?P<size>copy|thumb)\.jpg$", showing.public_copy, name="photo"),
    path("photo/<uuid:key>/original", showing.original, name="photo-original"),
]
