"""Addresses: inspectors in the field."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
