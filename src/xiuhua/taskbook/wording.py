"""What was done to a task book, in words, by the verb of its event."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, Promise] = {
    "book.created": _("made the book"),
    "book.loaded": _("loaded the book"),
    "book.changed": _("changed the book"),
    "book.issued": _("issued the book"),
    "book.closed": _("closed the book"),
    "commitment.promised": _("made the commitment"),
    "commitment.done": _("reported the commitment done"),
    "commitment.dropped": _("dropped the commitment"),
    "commitment.reviewed": _("reviewed the commitment"),
    "meeting.opened": _("opened the meeting"),
    "meeting.noted": _("wrote the minutes"),
    "meeting.closed": _("closed the meeting"),
    "milestone.done": _("reported a milestone done"),
    "milestone.reopened": _("opened a milestone again"),
    "project.accepted": _("accepted the project"),
}


def verb_name(verb: str) -> str:
    """What was done, in the language of the page; the verb itself where it has no words."""
    return str(VERBS.get(verb, verb))
