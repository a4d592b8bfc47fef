"""Inspection over JSON."""

# ruff: noqa: F401, I001 - importing a module adds its endpoints, and their order is that of the addresses
from xiuhua.inspection.api.router import router
from xiuhua.inspection.api import checks, campaigns, sightings

__all__ = ["router"]
