"""Addresses of the pages of checks, their photos and what is odd about them."""

from django.urls import URLPattern, path

from xiuhua.inspection.pages.checks import desk, phone, phone_rooms

urlpatterns: list[URLPattern] = [
    path("inspection/checks/", desk.every_check, name="checks"),
    path("inspection/checks/<uuid:key>/", desk.check, name="check"),
    path("patrol/api/inspections/<uuid:key>", phone.send, name="patrol-check"),
    path("patrol/api/rooms/<text:district_code>/<text:room_code>/draw", phone_rooms.draw_square, name="patrol-draw"),
]
