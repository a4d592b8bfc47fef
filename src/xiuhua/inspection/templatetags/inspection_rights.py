"""``{% holds district "lists.look" "inspection.read" as held %}``: which of these the reader has.

In a template ``held.lists_look`` then says it: a dot of a key becomes an underscore.
"""

from typing import Any

from django import template

from xiuhua.city.models import District
from xiuhua.people.permissions import grants_of

register = template.Library()


@register.simple_tag(takes_context=True)
def holds(context: dict[str, Any], district: District, *permissions: str) -> dict[str, bool]:
    """Whether the reader has each of ``permissions`` for some of the district: ``{"lists_look": True, ...}``."""
    found = grants_of(context["request"].user, permissions, district_code=district.code)
    return {key.replace(".", "_"): bool(grants) for key, grants in found.items()}
