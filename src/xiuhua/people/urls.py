"""Addresses of the room."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from xiuhua.people import key_pages, pages

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("people/account/", pages.account, name="account"),
    path("people/account/keys/", key_pages.keys, name="keys"),
    path("people/account/keys/<int:pk>/revoke/", key_pages.revoke, name="revoke-key"),
    path("people/permissions/", pages.permissions, name="permissions"),
    path("people/<slug:district_code>/organisations/", pages.organisations, name="organisations"),
    path("people/<slug:district_code>/organisations/<text:code>/", pages.organisation, name="organisation"),
    path("people/<slug:district_code>/users/", pages.users, name="users"),
    path("people/<slug:district_code>/users/<int:pk>/", pages.user, name="user"),
    path("people/<slug:district_code>/users/<int:pk>/revoke/", pages.revoke, name="revoke"),
    path("people/<slug:district_code>/users/<int:pk>/change/", pages.change, name="change"),
]
if not settings.MAIL_HOST:
    # This room stands before allauth, so a forgotten password leads to a person instead of a lost mail.
    urlpatterns.append(path("account/password/reset/", pages.no_mail, name="no-mail"))
