"""The task book over JSON: books, measured values, scores, bulletins."""

from ninja import Router

from xiuhua.taskbook.book_api import router as books
from xiuhua.taskbook.bulletin_api import router as bulletins
from xiuhua.taskbook.score_api import router as scores
from xiuhua.taskbook.value_api import router as values

router = Router(tags=["task book"])
router.add_router("", books)
router.add_router("", values)
router.add_router("", scores)
router.add_router("", bulletins)
