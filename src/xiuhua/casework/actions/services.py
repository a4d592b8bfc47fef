"""Offer a category to the public for reporting, with its description, words people use, and questions."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from xiuhua.casework.models import Service
from xiuhua.casework.suggesting import outdated
from xiuhua.city.models import Code
from xiuhua.foundation.events import record

COLUMNS = ("public", "description_zh", "description_en", "keywords", "questions")


def put_service(
    category: Code,
    *,
    actor: str,
    public: bool = True,
    description_zh: str = "",
    description_en: str = "",
    keywords: str = "",
    questions: Mapping[str, Any] = {},
) -> Service:
    """Make or change the service of ``category``; the same again changes nothing and leaves no event.

    ``questions`` is a JSON Schema (docs/interfaces/open311.md). Raises ``ValidationError`` for texts too long.
    """
    old = Service.objects.filter(category=category).first()
    before = _state(old) if old else None
    row = old or Service(category=category)
    row.public, row.questions = public, dict(questions)
    row.description_zh, row.description_en, row.keywords = description_zh, description_en, keywords
    row.clean_fields()
    if before == _state(row):
        return row
    with transaction.atomic():
        row.save()
        outdated()
        record(
            chain=f"service:{category.code_set}:{category.code}", verb="service.set", actor=actor,
            subject=f"casework.service:{category.code_set}:{category.code}", before=before, after=_state(row),
        )  # fmt: skip
    return row


def _state(row: Service) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}
