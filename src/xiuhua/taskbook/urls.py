"""Addresses of the room."""

from django.urls import path

from xiuhua.taskbook import bulletin_pages

app_name = "taskbook"
urlpatterns = [
    path(
        "taskbook/<text:district_code>/bulletins/<text:month>/<int:version>/<text:name>",
        bulletin_pages.bulletin_file,
        name="bulletin-file",
    ),
]
