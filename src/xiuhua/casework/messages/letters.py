"""The words of a message: written when it is sent, in the language of who reads it, from what is public alone."""

from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from xiuhua.casework.models import Case, Follower, Report, Step
from xiuhua.casework.public_history import history, local_time, standing

# After these the reporter can say whether it is so.
ENDS = {"close", "close_unfixed"}
_SHORT_NOTE = 60


@dataclass(frozen=True)
class Letter:
    """One message to one person. ``key`` stays the same however often it is sent.

    ``template`` and ``params`` are for gateways that fill in texts of their own, ``short`` is for those that do not.
    ``stop`` is where to end the messages, empty where that is no choice.
    """

    key: str
    language: str
    template: str
    case: str
    subject: str
    text: str
    short: str = ""
    link: str = ""
    stop: str = ""
    params: dict[str, str] = field(default_factory=dict)


def address_of(path: str) -> str:
    """The address of a page as it is known outside (setting ``XIUHUA_BASE_URL``)."""
    return settings.XIUHUA_BASE_URL.rstrip("/") + path


def to_follower(step: Step, follower: Follower, key: str) -> Letter | None:
    """What ``follower`` is told of ``step``; None where there is nothing for the public in it.

    ``step`` is read with its unit and its case, the case with district, category, unit and areas.
    """
    with translation.override(follower.language):
        entries = history([step])
        if not entries:
            return None
        case, words, note = step.case, entries[0].words, entries[0].note
        link = address_of(reverse("casework:follow", args=[follower.token]))
        stop = f"{link}#messages"
        stands = standing(case).words
        short = _("Case %(number)s: %(words)s") % {"number": case.number, "words": words}
        return Letter(
            key=key, language=follower.language, template=f"case.{step.move}", case=case.number, subject=short,
            text="\n\n".join(filter(None, _paragraphs(step, follower, words, note, stands, link, stop))),
            short="\n".join(filter(None, [short, _cut(note), link])), link=link, stop=stop,
            params={"words": words, "note": note, "state": stands, "district": case.district.name},
        )  # fmt: skip


def _paragraphs(step: Step, follower: Follower, words: str, note: str, stands: str, link: str, stop: str) -> list[str]:
    case = step.case
    about = _("This is about “%(category)s”, reported on %(at)s (case %(number)s).") % {
        "category": case.category.name, "at": local_time(case, case.reported_at), "number": case.number,
    }  # fmt: skip
    if place := _place(case):
        about += "\n" + _("Place: %(place)s") % {"place": place}
    if own := _own_number(follower, case):
        about += "\n" + _("Your report %(own)s was joined with it.") % {"own": own}
    told = words + ("\n" + _("Note: %(note)s") % {"note": note} if note else "")
    end = _("Is that not so? On the page of the case you can object, and say how satisfied you are.")
    return [
        about, told, stands if stands != words else "", end if step.move in ENDS else "",
        _("All steps of the case: %(link)s") % {"link": link}, case.district.name,
        _("You are told because you reported this or follow it. To hear no more of it: %(link)s") % {"link": stop},
    ]  # fmt: skip


def _place(case: Case) -> str:
    """The areas in which it lies; what the reporter wrote about the place is not sent to others."""
    return " ".join(area.name for area in (case.town, case.community) if area is not None)


def _own_number(follower: Follower, case: Case) -> str:
    """The number under which the follower reported it, where it was joined with another case since."""
    own = Report.objects.filter(token=follower.token).values_list("case__number", flat=True).first()
    return own if own and own != case.number else ""


def _cut(note: str) -> str:
    return note if len(note) <= _SHORT_NOTE else f"{note[: _SHORT_NOTE - 1]}…"
