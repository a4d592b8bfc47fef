"""Read the values of a field from what files hold: text, numbers, spreadsheets' habits. Pure."""

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

EMPTY = {"", "null", "<null>", "none", "nan", "n/a", "na", "-", "—", "无"}
TRUE = {"1", "true", "yes", "y", "是", "有"}
FALSE = {"0", "false", "no", "n", "否"}
UNITS = {"m": ("m", "米", "公尺"), "cm": ("cm", "厘米", "公分")}
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?")
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
# 2024-05-01, 2024/5/1, 2024.5.1, 20240501, 2024年5月1日, each with or without a time behind it
DATE = re.compile(r"(\d{4})([-/.年])(\d{1,2})([-/.月])(\d{1,2})日?([ T].*)?|(\d{4})(\d{2})(\d{2})")
EXACT_FLOAT = 2**53
SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
WHOLE_FLOAT = re.compile(r"\d+\.0+")


class UnreadableError(Exception):
    """A value breaks ``rule`` (a key of wording.RULES); ``facts`` fill its sentence."""

    def __init__(self, rule: str, **facts: object) -> None:
        super().__init__(rule)
        self.rule, self.facts = rule, facts


@dataclass(frozen=True)
class Expectation:
    """What a field takes: its kind (see city.layers.Field) and, where they apply, bounds, unit, choices.

    ``choices`` maps every word that is understood, folded by ``fold``, to the value it stands for.
    """

    name: str
    kind: str
    required: bool = False
    unit: str = ""
    limits: tuple[float, float] | None = None
    max_length: int | None = None
    choices: dict[str, str] = field(default_factory=dict)
    code_set: str = ""


def fold(text: str) -> str:
    """Text as it is compared: width and case removed, no space around it."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return plain.strip().casefold()


def is_empty(value: Any) -> bool:
    """Whether a cell says nothing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    return isinstance(value, str) and fold(value) in EMPTY


def read(value: Any, wanted: Expectation) -> Any:
    """``value`` in the type that ``wanted`` asks for; None when the cell is empty. Raises UnreadableError."""
    if is_empty(value):
        if wanted.required:
            raise UnreadableError("value_missing")
        return None
    return READERS[wanted.kind](value, wanted)


def read_text(value: Any, wanted: Expectation) -> str:
    """Text; whole numbers lose the ".0" that spreadsheets and databases give them."""
    if isinstance(value, float) and value.is_integer():
        if abs(value) > EXACT_FLOAT:
            raise UnreadableError("digits_lost")
        return str(int(value))
    text = str(value).strip()
    if "\x00" in text:
        raise UnreadableError("text_binary")
    if wanted.max_length and len(text) > wanted.max_length:
        raise UnreadableError("text_long", most=wanted.max_length)
    return text


def read_code(value: Any, wanted: Expectation) -> str:
    """A code: text in which a spreadsheet may have destroyed digits (3.20506E+15)."""
    text = read_text(value, wanted)
    if SCIENTIFIC.fullmatch(text):
        raise UnreadableError("digits_lost")
    return text.split(".", 1)[0] if WHOLE_FLOAT.fullmatch(text) else text


def read_float(value: Any, wanted: Expectation) -> float:
    """A finite number, with or without the field's own unit behind it."""
    if isinstance(value, bool):
        raise UnreadableError("not_a_number")
    if isinstance(value, (int, float)):
        number = float(value)
    else:
        text = fold(str(value))
        for unit in UNITS.get(wanted.unit, ()):
            text = text.removesuffix(unit).strip()
        text = text.replace(",", "") if GROUPED.fullmatch(text) else text
        if not NUMBER.fullmatch(text):
            raise UnreadableError("not_a_number")
        number = float(text)
    if not math.isfinite(number):
        raise UnreadableError("not_a_number")
    if wanted.limits and not wanted.limits[0] <= number <= wanted.limits[1]:
        raise UnreadableError("out_of_limits", least=wanted.limits[0], most=wanted.limits[1])
    return number


def read_int(value: Any, wanted: Expectation) -> int:
    """A whole number; 3.0 is one, 3.5 is not."""
    number = read_float(value, wanted)
    if not number.is_integer():
        raise UnreadableError("not_whole")
    return int(number)


def read_bool(value: Any, _wanted: Expectation) -> bool:
    """Yes or no, in Chinese, English or digits."""
    if isinstance(value, bool):
        return value
    text = fold(read_text(value, _wanted))
    if text in TRUE | FALSE:
        return text in TRUE
    raise UnreadableError("not_yes_or_no")


def read_date(value: Any, _wanted: Expectation) -> dt.date:
    """A calendar date; a time behind it is dropped."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    found = DATE.fullmatch(unicodedata.normalize("NFKC", str(value)).strip())
    if not found:
        raise UnreadableError("not_a_date")
    parts = (found[1], found[3], found[5]) if found[1] else (found[7], found[8], found[9])
    try:
        return dt.date(*(int(part) for part in parts))
    except ValueError:
        raise UnreadableError("not_a_date") from None


def read_time(value: Any, _wanted: Expectation) -> dt.time:
    """A time of day as 7:30 or 07:30:00."""
    if isinstance(value, dt.time):
        return value
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", fold(str(value)))
    try:
        if found:
            hour, minute, second = (int(part or 0) for part in found.groups())
            return dt.time(hour, minute, second)
    except ValueError:
        pass
    raise UnreadableError("not_a_time")


def read_choice(value: Any, wanted: Expectation) -> str:
    """One of the choices, by its key, its name in Chinese or English, or another word for it."""
    found = wanted.choices.get(fold(read_text(value, wanted)))
    if found is None:
        raise UnreadableError("not_a_choice", choices=", ".join(sorted(set(wanted.choices.values()))))
    return found


def read_category(value: Any, wanted: Expectation) -> str:
    """``set@version:code``; a bare code is completed with the code set of the load."""
    text = read_code(value, wanted)
    if ":" in text and "@" in text:
        return text
    if not wanted.code_set:
        raise UnreadableError("code_set_needed")
    return f"{wanted.code_set}:{text}"


READERS = {
    "text": read_text, "code": read_code, "area": read_code, "organisation": read_code, "green": read_code,
    "float": read_float,
    "int": read_int, "bool": read_bool, "date": read_date, "time": read_time, "choice": read_choice,
    "kind": read_choice, "category": read_category,
}  # fmt: skip
