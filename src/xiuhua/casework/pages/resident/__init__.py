"""Residents report and follow."""
