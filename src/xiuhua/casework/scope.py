"""Which cases of a district a person sees in lists: the rights to see cases, as a condition on their columns."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q

from xiuhua.casework.models import Party
from xiuhua.casework.offers import SEE
from xiuhua.casework.unit_tree import unit_tree
from xiuhua.city.models import Area, District
from xiuhua.people.models import Organisation, User
from xiuhua.people.permissions import Grant, grants

PUBLIC = Q(public=True)
# The kinds of area that a case keeps; an assignment bound to another kind sees what lies in no list.
_KEPT = ("town", "community", "grid")


def seen(user: User | AnonymousUser, district: District) -> Q | None:
    """The cases of ``district`` of which the person sees everything; None for none."""
    found = Q(pk__in=())
    some = False
    for grant in grants(user, SEE, district_code=district.code):
        part = _covered(grant, district)
        if part is not None:
            part = part & Q(state=grant.stage) if grant.stage else part
            if not part:
                return Q()
            found, some = found | part, True
    return found if some else None


def _covered(grant: Grant, district: District) -> Q | None:
    if grant.scope == "any" or (grant.scope == "area" and grant.area_code in {"", district.code}):
        return Q()
    if grant.scope == "area":
        areas = Area.objects.filter(district=district, code=grant.area_code, kind__in=_KEPT)
        return next((Q(**{f"{kind}_id": pk}) for pk, kind in areas.values_list("pk", "kind")), None)
    if grant.scope == "unit" and grant.unit_code:
        top = Organisation.objects.filter(district_code=district.code, code=grant.unit_code).first()
        if top is None:
            return None
        units = unit_tree(district.code).below(top.pk)
        taking_part = Party.objects.filter(case=OuterRef("pk"), unit__in=units, done_at=None)
        return Q(unit__in=units) | Q(handler__organisation__in=units) | Q(Exists(taking_part))
    return None


def visible(user: User | AnonymousUser, district: District) -> tuple[Q, bool]:
    """The cases of ``district`` that a list shows, and whether with everything: those seen, else the public ones."""
    whole = seen(user, district)
    return (PUBLIC, False) if whole is None else (whole, True)
