"""Units hear by e-mail of cases that are theirs to handle, and of those that wait too long."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xiuhua.casework.messages.channels import CHANNELS
from xiuhua.casework.messages.followers import number, step_of
from xiuhua.casework.messages.letters import Letter, address_of
from xiuhua.casework.models import Case, Party, Step
from xiuhua.casework.public_history import local_time
from xiuhua.foundation.models import OutboxMessage
from xiuhua.people.models import Organisation

WORDS = {
    "dispatch": gettext_noop("A case for you: %(number)s, %(category)s"),
    "redispatch": gettext_noop("A case for you: %(number)s, %(category)s"),
    "join": gettext_noop("You take part in case %(number)s, %(category)s"),
    "fail": gettext_noop("Not fixed: case %(number)s, %(category)s, is yours again"),
    "rework": gettext_noop("Not fixed: case %(number)s, %(category)s, is yours again"),
    "reopen": gettext_noop("Objection: case %(number)s, %(category)s, is yours again"),
    "resume": gettext_noop("The time of case %(number)s, %(category)s, runs again"),
    "remind": gettext_noop("Reminder: case %(number)s, %(category)s"),
}
# A reminder elsewhere is for the desk.
REMINDED = {"dispatched", "handling", "suspended"}


def targets(case: Case, step: Step) -> list[str]:
    """The target ``case-unit:<organisation id>`` that hears of a step, where the unit has an address."""
    if step.move not in WORDS or not settings.XIUHUA_UNIT_MAIL or not CHANNELS["mail"].ready():
        return []
    if step.unit_id is None or (step.move == "remind" and step.to_state not in REMINDED):
        return []
    reachable = Organisation.objects.filter(pk=step.unit_id).exclude(email="").exists()
    return [f"case-unit:{step.unit_id}"] if reachable else []


class UnitAdapter:
    """A way out of the outbox to units; the address is the id of an organisation."""

    def check(self, address: str) -> None:
        """Raise ``ValueError`` for what is no id."""
        number(address)

    def send(self, message: OutboxMessage, address: str) -> None:
        """Send to the address that the unit has now."""
        unit = Organisation.objects.filter(pk=number(address)).exclude(email="").first()
        step = step_of(message)
        if unit is not None and step is not None and step.move in WORDS:
            CHANNELS["mail"].send(_letter(step, unit, f"{message.key}:unit:{unit.pk}"), unit.email)


def _letter(step: Step, unit: Organisation, key: str) -> Letter:
    """What the unit is told: enough to know what waits; who reported and what they wrote stays on the page."""
    case, language = step.case, settings.LANGUAGE_CODE
    with translation.override(language):
        subject = _(WORDS[step.move]) % {"number": case.number, "category": case.category.name}
        link = address_of(reverse("casework:case", args=[case.number]))
        part = Party.objects.filter(case=case, unit=unit).first() if step.move == "join" else None
        deadline = part.deadline if part else case.deadline
        due = _("Due by %(at)s.") % {"at": local_time(case, deadline)} if deadline else ""
        place = " ".join(area.name for area in (case.town, case.community) if area is not None)
        lines = [
            unit.name, subject, _("Place: %(place)s") % {"place": place} if place else "", due,
            _("The case: %(link)s") % {"link": link}, case.district.name,
        ]  # fmt: skip
        text = "\n\n".join(filter(None, lines))
    return Letter(key, language, f"unit.{step.move}", case.number, subject, text, link=link)
