"""Addresses of the pages of checks, their photos and what is odd about them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
