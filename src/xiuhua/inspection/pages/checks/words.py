"""The words of the checks on the phone page, in the language in which it is asked for; braces are filled in there."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def words() -> dict[str, str]:
    """Every text of this part of the page by its key."""
    return _list() | _rooms() | _form() | _odd()


def _list() -> dict[str, str]:
    return {
        "kind_inspection": _("Inspection"),
        "i_visits": _("Visits of today"),
        "i_order": _("In the order of the route."),
        "i_progress": _("{done} of {all} made"),
        "i_none": _("No visit is planned for you today. Visits appear on their day, not before."),
        "i_all_done": _("All visits of today are made."),
        "i_made": _("Made"),
        "i_planned": _("planned for {at}"),
        "i_back": _("‹ All visits"),
        "i_gone": _("This visit is no longer in your list"),
        "i_received": _("Received."),
        "i_received_not_counted": _("Received; it does not count, because the weather was not as the standard asks."),
        "i_became": _("Cases: {cases}."),
        "i_page": _("Look at it"),
    }


def _rooms() -> dict[str, str]:
    return {
        "i_rooms": _("Living rooms being tested"),
        "i_rooms_how": _(
            "Squares are drawn at random: draw one, look at it, send the check; the test goes on with it."
        ),
        "i_draw": _("Draw a square"),
        "i_draw_needs_network": _("Drawing needs network. What is drawn stays on this phone."),
        "i_drawn": _("Square {code} was drawn for you at {at} and is not looked at yet."),
        "i_look_at_it": _("Look at it now"),
        "i_go_on": _("Go on with it"),
        "i_give_back": _("It cannot be looked at"),
        "i_others_wait": _("Drawn by others and not looked at yet: {count}."),
        "i_not_counted": _("Your check of this square did not count: it still waits. Look at it again."),
    }


def _form() -> dict[str, str]:
    return {
        "i_outline": _("Outline of {name}, north up, with your position"),
        "i_weather": _("Weather"),
        "i_dry": _("The ground is dry"),
        "i_wet": _("The ground is wet"),
        "i_wind": _("Force of wind (0 to 12)"),
        "i_humidity": _("Humidity (%)"),
        "i_not_assessed": _("Could not be assessed"),
        "i_photo_and_note": _("Photo and note"),
        "i_photo_needed": _("Photo (needed) and note"),
        "i_standard_of": _("How grade {grade} looks"),
        "i_less": _("One less"),
        "i_more": _("One more"),
        "i_grams": _("g/m²"),
        "i_minutes": pgettext("unit", "minutes"),
        "i_weather_needed": _("Say whether the ground is dry."),
        "i_value_needed": _("Give a value, or say that it could not be assessed."),
        "i_needs_photo": _("Take a photo of it."),
        "i_nothing_assessed": _("Assess at least one item."),
        "i_you_are": _("You are {distance} from the object (measured to {accuracy} m)."),
        "i_seen_where": _("Measured {at}, {distance} from the object (to {accuracy} m)."),
        "i_not_measured": _("The position is not measured yet."),
    }


def _odd() -> dict[str, str]:
    return {
        "i_odd": _("This will be marked for the desk:"),
        "i_send_anyway": _("Send it as it is?"),
        "i_far": _("You are {distance} away from the object."),
        "i_fast": _("You would have come here at {speed} km/h."),
        "i_hasty": _("The check took {seconds} seconds."),
        "i_no_position": _("The position was not measured."),
    }
