"""The task book over JSON: measured values, bulletins."""

from ninja import Router

from xiuhua.taskbook.bulletin_api import router as bulletins
from xiuhua.taskbook.value_api import router as values

router = Router(tags=["task book"])
router.add_router("", values)
router.add_router("", bulletins)
