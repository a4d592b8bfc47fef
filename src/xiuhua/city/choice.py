"""Which district a page shows: the one its address names, else the one chosen before, else the first."""

from django.http import HttpRequest

from xiuhua.city.models import District
from xiuhua.city.queries import districts

PARAMETER = "district"


def offered_districts(request: HttpRequest) -> list[District]:
    """Every district, read once a request."""
    found: list[District] | None = getattr(request, "_districts", None)
    if found is None:
        found = districts()
        request._districts = found  # type: ignore[attr-defined]  # noqa: SLF001 - kept for the other readers of this request
    return found


def chosen_district(request: HttpRequest) -> District | None:
    """The district of the page, or None when there is none.

    The address may name it in its path (``district_code``) or as ``?district=CODE``; a district so named is
    remembered in the session, an unknown one is passed over.
    """
    offered = {district.code: district for district in offered_districts(request)}
    match = getattr(request, "resolver_match", None)
    asked = (match.kwargs.get("district_code") if match else None) or request.GET.get(PARAMETER, "")
    session = getattr(request, "session", None)
    if asked in offered:
        if session is not None and len(offered) > 1 and session.get(PARAMETER) != asked:
            session[PARAMETER] = asked
        return offered[asked]
    remembered = session.get(PARAMETER, "") if session is not None else ""
    return offered.get(remembered) or next(iter(offered.values()), None)


def offer_page(request: HttpRequest, name: str) -> None:
    """Tell the navigation that the reader may open the page ``name``, so that it need not ask again."""
    request.offered_pages = (name,)  # type: ignore[attr-defined]
