"""Addresses of the room, page by page."""

from django.urls import include, path

app_name = "casework"
urlpatterns = [
    path("", include(f"xiuhua.casework.pages.{part}.urls"))
    for part in ("resident", "desk", "case", "patrol", "photos", "feeds", "office")
]
