"""``{% plans_here district as plans %}``: whether the reader may plan trees and gates there."""

from typing import Any

from django import template

from xiuhua.city.models import District
from xiuhua.greenery.rights import PLAN
from xiuhua.people.permissions import may

register = template.Library()


@register.simple_tag(takes_context=True)
def plans_here(context: dict[str, Any], district: District) -> bool:
    """Whether the reader may make plans in ``district``."""
    return may(context["request"].user, PLAN, district_code=district.code)
