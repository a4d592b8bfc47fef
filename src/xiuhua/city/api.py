"""JSON endpoints of the city."""

from ninja import Router

router = Router(tags=["city"])
