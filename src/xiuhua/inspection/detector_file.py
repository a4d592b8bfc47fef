"""What the YAML beside a detector file says: how its input is made and how its output is read; pure, no Django.

The keys are described in docs/interfaces/detectors.md. Every fault names the key, its value, the rule and what to do.
"""

import math
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import yaml

from xiuhua.foundation.worktime import Refusal, gettext_noop

LONGEST = 40_000
LARGEST_SIDE = 4096
MOST_LABELS = 500
LARGEST_NUMBER = 1e9


class DetectorError(Refusal, ValueError):
    """A detector file, or what its description says, that cannot be used; the text says what to do."""


@dataclass(frozen=True)
class Picture:
    """How a photo becomes the input: ``(pixel * scale - mean) / std``, fitted into ``width`` times ``height``.

    ``letterbox`` keeps the proportions and fills the rest with ``pad`` (0-255); ``stretch`` does not.
    """

    width: int
    height: int
    layout: Literal["NCHW", "NHWC"] = "NCHW"
    colours: Literal["RGB", "BGR"] = "RGB"
    fit: Literal["letterbox", "stretch"] = "letterbox"
    scale: float = 1 / 255
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    pad: int = 114


@dataclass(frozen=True)
class Part:
    """An output, or the columns ``first`` up to, not including, ``last`` of one (None: up to its end)."""

    name: str
    first: int = 0
    last: int | None = None


@dataclass(frozen=True)
class Reading:
    """How the outputs become boxes; ``rows`` says whether boxes are the rows of a table or its columns."""

    boxes: Part
    scores: Part
    form: Literal["xyxy", "cxcywh"] = "xyxy"
    unit: Literal["pixels", "shares"] = "pixels"
    rows: Literal["first", "last"] = "first"
    classes: Part | None = None
    presence: Part | None = None


@dataclass(frozen=True)
class Description:
    """The whole: input, output, what the classes are called (None: not of interest), from which score on."""

    picture: Picture
    reading: Reading
    labels: tuple[str | None, ...]
    threshold: float = 0.4
    overlap: float = 0.5
    most: int = 100


def read_description(text: str) -> Description:
    """The description that a YAML text gives. Raises ``DetectorError``."""
    if len(text) > LONGEST:
        raise DetectorError(
            gettext_noop("The description is longer than %(most)s characters: shorten it."), most=LONGEST
        )
    try:
        given = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        template = gettext_noop("The description is no YAML: look at line %(line)s.")
        raise DetectorError(template, line=line) from None
    return describe(given)


def describe(given: object) -> Description:
    """The description that plain values give. Raises ``DetectorError``."""
    top = _Keys("", given, {"input", "output", "labels", "threshold", "overlap", "most"})
    picture = _Keys("input", top.need("input"), set(Picture.__dataclass_fields__))
    output = _Keys("output", top.need("output"), set(Reading.__dataclass_fields__))
    side = (1, LARGEST_SIDE)
    return Description(
        Picture(
            picture.whole("width", None, *side), picture.whole("height", None, *side),
            picture.choice("layout", ("NCHW", "NHWC")), picture.choice("colours", ("RGB", "BGR")),
            picture.choice("fit", ("letterbox", "stretch")), picture.number("scale", 1 / 255, 0.0),
            picture.three("mean", 0.0, None), picture.three("std", 1.0, 0.0), picture.whole("pad", 114, 0, 255),
        ),
        Reading(
            output.part("boxes"), output.part("scores"), output.choice("form", ("xyxy", "cxcywh")),
            output.choice("unit", ("pixels", "shares")), output.choice("rows", ("first", "last")),
            output.part("classes") if "classes" in output.given else None,
            output.part("presence") if "presence" in output.given else None,
        ),
        _labels(top), top.number("threshold", 0.4, 0.0, 1.0), top.number("overlap", 0.5, 0.0, 1.0),
        top.whole("most", 100, 1, 1000),
    )  # fmt: skip


def _labels(top: "_Keys") -> tuple[str | None, ...]:
    given = top.need("labels")
    right = isinstance(given, list) and 0 < len(given) <= MOST_LABELS
    if not right or not all(each is None or (isinstance(each, str) and 0 < len(each) <= 60) for each in given):  # noqa: PLR2004 - column
        raise top.fault("labels", given, gettext_noop(
            "%(key)s is %(value)s: give the names of the classes in the order of the model, each at most 60 characters "
            "(null for one that is not of interest)."
        ))  # fmt: skip
    if not any(given):
        raise top.fault("labels", given, gettext_noop("%(key)s is %(value)s: name at least one class."))
    return tuple(given)


class _Keys:
    """The keys of one part of the description, each asked for with its rule."""

    def __init__(self, path: str, given: object, known: set[str]) -> None:
        self.path = path
        if not isinstance(given, Mapping):
            template = gettext_noop("%(key)s is %(value)s: give keys with values; known are %(known)s.")
            raise DetectorError(
                template, key=path or "description", value=_short(given), known=", ".join(sorted(known))
            )
        self.given: Mapping[Any, Any] = given
        for key in given:
            if key not in known:
                template = gettext_noop("%(key)s is no key of a description: known are %(known)s.")
                raise DetectorError(template, key=self._name(str(key)), known=", ".join(sorted(known)))

    def _name(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, value: object, template: str, **more: object) -> DetectorError:
        """What is wrong with a key."""
        return DetectorError(template, key=self._name(key), value=_short(value), **more)

    def need(self, key: str) -> Any:
        """The value of a key that must be there."""
        if self.given.get(key) is None:
            raise DetectorError(gettext_noop("%(key)s is missing: add it to the description."), key=self._name(key))
        return self.given[key]

    def whole(self, key: str, default: int | None, low: int, high: int) -> int:
        """A whole number between two."""
        value = self.given.get(key, default) if default is not None else self.need(key)
        if type(value) is not int or not low <= value <= high:
            template = gettext_noop("%(key)s is %(value)s: give a whole number from %(low)s to %(high)s.")
            raise self.fault(key, value, template, low=low, high=high)
        return value

    def number(self, key: str, default: float, above: float, high: float = math.inf) -> float:
        """A number above one, up to another."""
        value = self.given.get(key, default)
        if not _is_number(value) or not above < value <= high:
            template = gettext_noop("%(key)s is %(value)s: give a number above %(low)s, at most %(high)s.")
            raise self.fault(key, value, template, low=above, high=high)
        return float(value)

    def three(self, key: str, default: float, above: float | None) -> tuple[float, float, float]:
        """A number for each colour."""
        value = self.given.get(key, [default] * 3)
        right = isinstance(value, list) and len(value) == 3 and all(_is_number(each) for each in value)  # noqa: PLR2004 - colours
        if not right or (above is not None and min(value) <= above):
            template = gettext_noop("%(key)s is %(value)s: give three numbers, one a colour (above 0 for std).")
            raise self.fault(key, value, template)
        return float(value[0]), float(value[1]), float(value[2])

    def choice[Word: str](self, key: str, known: Sequence[Word]) -> Word:
        """One of some words; the first where none is given."""
        value = self.given.get(key, known[0])
        if value not in known:
            template = gettext_noop("%(key)s is %(value)s: choose one of %(known)s.")
            raise self.fault(key, value, template, known=", ".join(known))
        return cast("Word", value)

    def part(self, key: str) -> Part:
        """The name of an output, or a name with columns."""
        value = self.need(key)
        if isinstance(value, str) and value:
            return Part(value)
        inner = _Keys(self._name(key), value, {"name", "first", "last"})
        name = inner.need("name")
        if not isinstance(name, str):
            raise inner.fault("name", name, gettext_noop("%(key)s is %(value)s: give the name of an output."))
        first = inner.whole("first", 0, 0, 10_000)
        last = inner.whole("last", None, first + 1, 10_000) if inner.given.get("last") is not None else None
        return Part(name, first, last)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= LARGEST_NUMBER


def _short(value: object) -> str:
    # A YAML of a few lines can stand for more than any memory holds.
    text = reprlib.repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - enough to find it
