"""What the public may report: the services by class, and those that a text suggests."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xiuhua.casework.models import Service, Standard
from xiuhua.casework.suggesting import suggest
from xiuhua.city.models import Code

# How sure the model must be for each word; below the last it is "possibly".
SURE, LIKELY = 0.75, 0.4


@dataclass(frozen=True)
class Offer:
    """A category that may be chosen: ``reference`` is ``set@version:code``."""

    reference: str
    name: str
    description: str


@dataclass(frozen=True)
class Suggestion:
    """An offer that the text speaks of, with how sure that is in words."""

    offer: Offer
    words: str


@dataclass(frozen=True)
class OfferClass:
    """The offers of one class of a code set."""

    name: str
    offers: list[Offer]

    def holds(self, reference: str) -> bool:
        """Whether the offer is one of this class."""
        return any(offer.reference == reference for offer in self.offers)


def reference(code: Code) -> str:
    """The category with its code set: ``set@version:code``."""
    return f"{code.code_set}:{code.code}"


def offers() -> dict[int, tuple[Code, Offer]]:
    """What may be reported, by the id of the category: public services; what has a standard where there are none."""
    services = Service.objects.filter(public=True).select_related("category__code_set")
    found = {
        service.category_id: (service.category, _offer(service.category, service.description)) for service in services
    }
    if found or Service.objects.exists():
        return found
    codes = Code.objects.filter(pk__in=Standard.objects.filter(active=True).values("category"))
    return {code.pk: (code, _offer(code, "")) for code in codes.select_related("code_set")}


def _offer(code: Code, description: str) -> Offer:
    return Offer(reference(code), code.name, description)


def by_class(rows: Iterable[tuple[Code, Offer]]) -> list[OfferClass]:
    """The offers grouped by class, in the order of their codes; a class that two code sets name is one."""
    classes: dict[str, OfferClass] = {}
    for code, offer in sorted(rows, key=lambda row: (row[0].code_set_id, row[0].code)):
        name = code.class_name or code.code_set.name
        classes.setdefault(name, OfferClass(name, [])).offers.append(offer)
    return list(classes.values())


def suggested(text: str, rows: dict[int, tuple[Code, Offer]]) -> list[Suggestion]:
    """The three likeliest offers by what was written; none for an empty text."""
    if not text.strip():
        return []
    found = [(rows[each.category][1], each.confidence) for each in suggest(text, 8) if each.category in rows]
    return [Suggestion(offer, in_words(confidence)) for offer, confidence in found[:3]]


def in_words(confidence: float) -> str:
    """How sure a suggestion is."""
    if confidence >= SURE:
        return _("very likely")
    return _("likely") if confidence >= LIKELY else _("possibly")
