"""Addresses: residents report and follow."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
