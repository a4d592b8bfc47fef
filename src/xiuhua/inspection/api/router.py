"""The router to which the modules of this package add their endpoints."""

from ninja import Router

router = Router(tags=["inspection"])
