"""The task book over JSON: measured values, scores, bulletins."""

from ninja import Router

from xiuhua.taskbook.bulletin_api import router as bulletins
from xiuhua.taskbook.score_api import router as scores
from xiuhua.taskbook.value_api import router as values

router = Router(tags=["task book"])
router.add_router("", values)
router.add_router("", scores)
router.add_router("", bulletins)
