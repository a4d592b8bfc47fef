"""Addresses: inspectors in the field."""

from django.urls import path

from xiuhua.casework.pages.patrol import day, packet, sending, shell

urlpatterns = [
    path("patrol/", shell.checks, name="checks"),
    path("patrol/sw.js", shell.worker, name="patrol-worker"),
    path("patrol/manifest.webmanifest", shell.manifest, name="patrol-manifest"),
    path("patrol/api/session", day.session, name="patrol-session"),
    path("patrol/api/day", day.day, name="patrol-day"),
    path("patrol/api/nearby", day.near, name="patrol-nearby"),
    path("patrol/api/join/<text:number>", sending.join, name="patrol-join"),
    path("patrol/api/packet", packet.packet, name="patrol-packet"),
    path("patrol/api/photos/<uuid:key>", sending.photo, name="patrol-photo"),
    path("patrol/api/checks/<uuid:key>", sending.check, name="patrol-check"),
    path("patrol/api/reports/<uuid:key>", sending.report, name="patrol-report"),
]
