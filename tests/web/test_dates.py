"""Dates in pages: year first, in one piece, in the zone of the page."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.template import engines
from django.utils import timezone

DJANGO = engines["django"]


def shown(text, **context):
    return DJANGO.from_string("{% load dates i18n %}" + text).render(context)


def test_a_day_is_one_piece_also_within_a_sentence():
    text = "{% blocktranslate with day=on|day %}Data of {{ day }}.{% endblocktranslate %}"
    assert "<time>2026-07-15</time>" in shown(text, on=date(2026, 7, 15))


def test_an_instant_is_told_in_the_zone_of_the_page():
    at = datetime(2026, 7, 15, 17, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        assert shown("{{ at|minute }}", at=at) == "<time>2026-07-16 01:30</time>"
        assert shown("{{ at|day }}", at=at) == "<time>2026-07-16</time>"


def test_nothing_is_told_where_there_is_no_date():
    assert shown("{{ on|day }}{{ at|minute }}", on=None, at=None) == ""
