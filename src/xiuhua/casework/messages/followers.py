"""Who follows a case hears of the steps that matter to them, each by the ways that they gave."""

from django.db.models import Exists, OuterRef, Q

from xiuhua.casework.messages.channels import CHANNELS, Channel
from xiuhua.casework.messages.letters import to_follower
from xiuhua.casework.models import Case, Follower, Step
from xiuhua.foundation.adapters import PermanentError
from xiuhua.foundation.models import OutboxMessage
from xiuhua.people.models import Assignment

# Other moves are told where somebody wrote a note for the public.
HEARD = {
    "report", "reject", "merge", "dispatch", "redispatch", "suspend", "hand_back", "fail", "rework", "close",
    "close_unfixed", "reopen",
}  # fmt: skip
# Told where a person did it; on its own it is only a station on the way to the next.
BY_HAND = {"file"}
RELATED = ("unit", "case__district", "case__category", "case__unit", "case__town", "case__community")


def targets(case: Case, step: Step) -> list[str]:
    """The targets ``case-<channel>:<follower id>`` that hear of a step."""
    ready = {name: channel for name, channel in CHANNELS.items() if channel.ready()}
    told = step.move in HEARD or (step.move in BY_HAND and step.user_id is not None) or bool(step.public_note)
    if not ready or not told:
        return []
    return [
        f"case-{name}:{follower.pk}"
        for follower in _followers(case, step)
        for name, channel in ready.items()
        if _reached(follower, channel)
    ]


def _followers(case: Case, step: Step) -> list[Follower]:
    who = Q(case=case)
    if step.move == "merge":  # who reported it follows the other case by now
        who |= Q(case=case.master_id, token__in=case.reports.values("token"))
    staff = Exists(Assignment.objects.filter(user=OuterRef("user")))
    return list(Follower.objects.filter(who).annotate(staff=staff).select_related("user").order_by("pk"))


def _reached(follower: Follower, channel: Channel) -> bool:
    """Whether to tell the follower this way; who works here sees the case at work, unless they gave an address."""
    address = channel.address(follower)
    return bool(address) and (not follower.staff or address in {follower.email, follower.phone})  # type: ignore[attr-defined]


class FollowerAdapter:
    """A way out of the outbox to followers; the address is the id of one."""

    def __init__(self, name: str) -> None:
        self.name = name

    def check(self, address: str) -> None:
        """Raise ``ValueError`` for what is no id."""
        number(address)

    def send(self, message: OutboxMessage, address: str) -> None:
        """Send, if they still follow and are still to be reached."""
        channel = CHANNELS[self.name]
        if not channel.ready():
            raise PermanentError(f"{self.name} is not set up")
        follower = Follower.objects.filter(pk=number(address)).select_related("user").first()
        step = step_of(message)
        if follower is None or step is None or not (reached := channel.address(follower)):
            return
        letter = to_follower(step, follower, f"{message.key}:{follower.pk}")
        if letter is not None:
            channel.send(letter, reached)


def step_of(message: OutboxMessage) -> Step | None:
    """The step that a message is about."""
    told = message.payload
    rows = Step.objects.filter(case__number=told.get("number"), number=told.get("step"))
    return rows.select_related(*RELATED).first()


def number(address: str) -> int:
    """The id that an address is. Raises ``ValueError``."""
    if not (address.isascii() and address.isdigit() and len(address) < 19):  # noqa: PLR2004 - what a database keeps
        raise ValueError(f"{address!r} is no id")
    return int(address)
