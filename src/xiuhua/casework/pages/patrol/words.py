"""The words of the phone page, in the language in which it is asked for. What stands in braces the page fills in."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def words() -> dict[str, str]:
    """Every text of the page by its key."""
    return _checks() | _reports() | _queue() | _places() | _times()


def _checks() -> dict[str, str]:
    return {
        "checks": _("My checks"),
        "order": _("Order"),
        "order_near": _("Nearest first"),
        "order_due": _("Most urgent first"),
        "as_of": _("As of {at}."),
        "no_day": _("The list was never loaded on this phone: open this page once with network."),
        "no_checks": _("No check is waiting for you. New ones appear here by themselves when there is network."),
        "refresh": _("Load again"),
        "before_filing": _("Is it real? Check before filing"),
        "before_closing": _("Is it done? Check before closing"),
        "begun": _("Begun"),
        "back": _("‹ All checks"),
        "check_gone": _("This check is no longer in your list"),
        "check_gone_why": _("It was made, taken back or given to somebody else."),
        "check_queued": _("You have made this check. It stands in the queue."),
        "look_at": _("What to look at"),
        "on_the_map": _("On the map"),
        "photo_of": _("Photo: {stage}"),
        "photos": _("Photos"),
        "take_photo": _("Take a photo"),
        "choose_photo": _("Choose photos"),
        "remove_photo": _("Remove photo {number}"),
        "photo_number": _("Photo {number}"),
        "photo_needed": _("Take at least one photo of what you see."),
        "too_many_photos": _("At most {most} photos: remove one first."),
        "photo_too_large": _("This photo has {size}, at most {most} are taken: take it with a lower resolution."),
        "photo_not_kept": _("The phone could not keep the photo ({why}). Free some storage and take it again."),
        "is_it_real": _("Is the problem there?"),
        "real": _("Yes, it is real"),
        "not_real": _("No, nothing is there"),
        "is_it_fixed": _("Is it fixed?"),
        "fixed": _("Yes, it is fixed"),
        "not_fixed": _("No, not fixed"),
        "verdict_needed": _("Choose one of the two."),
        "note": _("Note"),
        "note_if_not_real": _("What did you find instead? Needed when nothing is there."),
        "note_if_not_fixed": _("What is missing? Needed when it is not fixed."),
        "note_needed": _("Say what you saw: the desk and the unit read it."),
        "done": _("Done: send"),
        "discard": _("Discard"),
        "discard_sure": _("Discard what you wrote and its photos?"),
    }


def _reports() -> dict[str, str]:
    return {
        "new_report": _("New report"),
        "category": _("Category"),
        "category_hint": _("Search by name, class, code or a word for it."),
        "category_needed": _("Choose a category."),
        "nothing_found": _("No category is called so. Try a shorter word."),
        "change": _("Change"),
        "standard": _("Filing standard"),
        "standard_needed": _("Choose what is met, or leave it to the desk."),
        "limit": _("to be fixed within {limit}"),
        "desk_decides": _("Not sure: the desk decides"),
        "optional": _("(optional)"),
        "answer_needed": _("Answer this question."),
        "yes": _("Yes"),
        "no": _("No"),
        "description": _("Description"),
        "description_hint": _("What is there, how much, what is it next to?"),
        "address": _("Address"),
        "address_hint": _("Street and number, or a landmark. May be left empty."),
        "district": _("District"),
        "place_needed": _("Measure the place: without it nobody finds the problem."),
        "near_cases": _("Already reported here?"),
        "metres_away": _("{metres} m away"),
        "me_too": _("It is this one"),
        "joined": _("Counted with case {number}. No new report is needed."),
    }


def _queue() -> dict[str, str]:
    return {
        "queue": _("To be sent"),
        "queued": _("Kept on this phone. It is sent as soon as there is network."),
        "queue_empty": _("Nothing was written today."),
        "waiting_count": _("Waiting to be sent: {count}"),
        "nothing_waits": _("Everything has been sent."),
        "refused_wait": _("Refused, for you to look at: {count}"),
        "send_now": _("Send now"),
        "state_waiting": _("Waiting"),
        "state_sending": _("Being sent"),
        "state_sent": pgettext("of an entry", "Sent"),
        "state_refused": pgettext("of an entry", "Refused"),
        "kind_check": _("Check"),
        "kind_report": _("Report"),
        "photo_count": _("photos: {count}"),
        "tried": _("Tried {count} times; next at {at}."),
        "became": _("Received: case {number}, {state}."),
        "was_far": _("It was made {distance} m away from the case, which the desk sees."),
        "edit": _("Edit"),
        "delete": _("Delete"),
        "delete_sure": _("Delete this entry and its photos from the phone? It was not sent."),
        "send_again": _("Send again"),
        "as_report": _("Make a new report of it"),
        "finish_first": _("Another form is begun: finish or discard it first."),
        "clear_sent": _("Clear what was sent"),
        "sent_count": _("Sent: {count}"),
        "refused_count": _("Refused: {count}. Look into the queue."),
        "others_wait": _(
            "Entries of {owner} wait on this phone: {count}. Only {owner} can send them, after signing in."
        ),
        "storage": _("Photos on this phone: {used}; free: {free}."),
        "kept_for_sure": _("The browser has promised to keep them."),
        "kept_maybe": _("Install the page on the home screen, so that the browser keeps them when storage is short."),
        "sign_in_again": _("You are signed out. Sign in again to load and send; nothing is lost."),
        "sign_in": _("Sign in"),
        "online": _("Online"),
        "offline": _("Offline"),
        "no_worker": _("This browser cannot keep the page for times without network. Use HTTPS and a current browser."),
        "new_version": _("The page was updated. The new version shows when you open it next."),
    }


def _places() -> dict[str, str]:
    winds = (
        _("north"), _("north-east"), _("east"), _("south-east"), _("south"), _("south-west"), _("west"),
        _("north-west"),
    )  # fmt: skip
    return {f"wind_{number}": wind for number, wind in enumerate(winds)} | {
        "away": _("{distance} {direction}"),
        "no_geolocation": _("This phone does not tell its position."),
        "denied": _("The position is switched off for this page: allow it in the settings of the browser."),
        "unmeasured": _("The position could not be measured. Step into the open and measure again."),
        "place_with_photo": _("Place and time are taken with the first photo."),
        "measured": _("Seen {at}, measured to {accuracy} m."),
        "seen_where": _("Seen {at}, {distance} from the case (measured to {accuracy} m)."),
        "far_warning": _("You are {distance} away from the case. The check is taken, but the desk sees the distance."),
        "measure_again": _("Measure again"),
        "measure_here": _("Measure the place"),
    }


def _times() -> dict[str, str]:
    return {
        "minutes": _("{count} min"),
        "hours": _("{count} h {minutes} min"),
        "days": _("{count} days"),
        "left": _("{amount} left"),
        "over": _("{amount} over"),
    }
