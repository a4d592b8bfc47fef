"""The category that a text suggests: the learnt model of the installation, kept in memory until its sources change."""

from dataclasses import dataclass
from itertools import chain

from django.db.models import Q, QuerySet

from xiuhua.casework.models import Case, Service, Standard, Step
from xiuhua.casework.suggestion import Accuracy, Document, Suggester, cross_validated, learn
from xiuhua.city.models import Code
from xiuhua.foundation import layers
from xiuhua.foundation.index import LayerCache

KEY = "casework:suggestion"
NEWEST = 5_000  # corrections that are learnt from: about a second
SHARE = 20  # learnt again when there is a twentieth more of them
# A name says more than what was reported once.
NAME, KEYWORDS, CONDITION = 3.0, 2.0, 1.0


@dataclass(frozen=True)
class Suggested:
    """A category (``name`` is ``set@version:code``) and how sure the model is of it (0..1)."""

    category: int
    name: str
    confidence: float


def suggest(text: str, count: int = 3) -> list[Suggested]:
    """The categories that the text speaks of, the surest first; none where nothing in it is known."""
    if layers.stamp(KEY, 60.0) is None:
        outdated()  # once in the life of an installation: what has no version is not kept in memory
    model = _cache.get(KEY, "codes")
    return [Suggested(pk, model.names[pk], sure) for pk, sure in model.suggester.suggest(text, count)]


def outdated() -> None:
    """Let every process learn again: categories, standards, services or corrections have changed."""
    layers.bump(KEY)


def corrected_once_more() -> None:
    """Let the correction that is being made be learnt: at once while there are few, later by the twentieth."""
    count = _corrections().count()
    if count % max(count // SHARE, 1) == 0:
        outdated()


def measured() -> dict[str, Accuracy]:
    """How often the right category comes first and among three, for texts that were not learnt from.

    ``conditions``: filing conditions, by the names and the other conditions; ``corrections``: what persons have
    corrected, by everything else. Each fifth is held out once.
    """
    base, corrections = taught(), corrected()
    names = [document for document in base if document.weight != CONDITION]
    conditions = [document for document in base if document.weight == CONDITION]
    return {
        "conditions": cross_validated(names, conditions),
        "corrections": cross_validated(base, corrections),
    }


def offered() -> Q:
    """The codes that may be suggested: those with a service or a standard; all while there are neither."""
    some = Q(pk__in=Service.objects.values("category")) | Q(
        pk__in=Standard.objects.filter(active=True).values("category")
    )
    return some if Code.objects.filter(some).exists() else Q()


def taught() -> list[Document]:
    """What the vocabulary itself says of the categories: names, keywords, descriptions, conditions of filing."""
    codes = list(Code.objects.filter(offered()))
    wanted = {code.pk for code in codes}
    names = (Document(code.pk, f"{code.name_zh} {code.name_en}", NAME) for code in codes)
    services = (
        Document(service.category_id, f"{service.keywords} {service.description_zh} {service.description_en}", KEYWORDS)
        for service in Service.objects.filter(category__in=wanted)
    )
    conditions = (
        Document(standard.category_id, standard.condition, CONDITION)
        for standard in Standard.objects.filter(category__in=wanted, active=True)
    )
    return [document for document in chain(names, services, conditions) if document.text.strip()]


def corrected() -> list[Document]:
    """The newest cases whose category a person has corrected, with the category that they have now."""
    steps = _corrections().order_by("-id").values("case")[:NEWEST]
    rows = Case.objects.filter(pk__in=[step["case"] for step in steps]).exclude(description="")
    wanted = set(Code.objects.filter(offered()).values_list("pk", flat=True))
    return [
        Document(category, text)
        for category, text in rows.order_by("pk").values_list("category_id", "description")
        if category in wanted
    ]


def _corrections() -> QuerySet[Step]:
    # Written out, since SQLite uses an index on some rows only for a condition that it can read.
    return Step.objects.extra(where=["move = 'recategorise'"])


@dataclass(frozen=True)
class _Model:
    suggester: Suggester
    names: dict[int, str]


def _learnt(_key: str, _version: int) -> _Model:
    names = {
        pk: f"{key}@{version}:{code}"
        for pk, key, version, code in Code.objects.filter(offered()).values_list(
            "pk", "code_set__key", "code_set__version", "code"
        )
    }
    return _Model(learn(taught(), corrected()), names)


_cache: LayerCache[_Model] = LayerCache(_learnt)
