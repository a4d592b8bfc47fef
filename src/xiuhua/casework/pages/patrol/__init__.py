"""Inspectors in the field."""
