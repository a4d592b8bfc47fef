"""Boxes that a detector proposes on a photo; pure, no Django.

A detector is anything with ``propose``. ``OnnxDetector`` runs a file in the format ONNX by its description
(``detector_file.py``); it needs the extra ``detect``. Nothing here says how good a detector is.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image

from xiuhua.foundation.worktime import gettext_noop
from xiuhua.inspection.detector_file import Description, DetectorError, Part

type Pixels = npt.NDArray[np.uint8]
type Floats = npt.NDArray[np.float64]
_NUMBERS = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16}
_BYTES = "tensor(uint8)"


@dataclass(frozen=True)
class Box:
    """A proposal: what it is, how sure the detector says it is (0 to 1), where; shares of width and height."""

    label: str
    confidence: float
    left: float
    top: float
    right: float
    bottom: float


class Detector(Protocol):
    """What looks at a photo."""

    def propose(self, image: Pixels) -> list[Box]:
        """Boxes on an upright photo (height, width, red-green-blue), the surest first."""


class OnnxDetector:
    """A detector in a file; ``model`` is its content. Raises ``DetectorError`` for what cannot be run."""

    def __init__(self, model: bytes, description: Description) -> None:
        self.description = description
        self._session = _session(model)
        inputs = self._session.get_inputs()
        if len(inputs) != 1:
            template = gettext_noop("The model takes %(count)s inputs: only models that take one picture can be run.")
            raise DetectorError(template, count=len(inputs))
        self._input = inputs[0]
        self._check_input()
        self._outputs = [output.name for output in self._session.get_outputs()]
        self._wanted = list(dict.fromkeys(part.name for part in self._parts()))
        for name in self._wanted:
            if name not in self._outputs:
                template = gettext_noop("The model has no output %(name)s: known are %(known)s.")
                raise DetectorError(template, name=name, known=", ".join(self._outputs))

    def propose(self, image: Pixels) -> list[Box]:
        """See ``Detector``. Raises ``DetectorError`` where what comes out is not what the description says."""
        if image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:  # noqa: PLR2004 - height, width, colours
            template = gettext_noop("A photo has height, width and three colours, not the shape %(shape)s.")
            raise DetectorError(template, shape=image.shape)
        given, placed = self._prepared(image)
        try:
            found = dict(zip(self._wanted, self._session.run(self._wanted, {self._input.name: given}), strict=True))
        except Exception as error:  # noqa: BLE001 - the runtime raises many kinds of its own
            template = gettext_noop("The model could not run: %(why)s")
            raise DetectorError(template, why=_first_line(error)) from None
        corners, scores, labels = self._read(found)
        return self._boxes(placed(corners), scores, labels)

    def _parts(self) -> list[Part]:
        reading = self.description.reading
        return [part for part in (reading.boxes, reading.scores, reading.classes, reading.presence) if part]

    def _check_input(self) -> None:
        picture, shape = self.description.picture, self._input.shape
        size = (3, picture.height, picture.width)
        wanted = (1, *size) if picture.layout == "NCHW" else (1, *size[1:], 3)
        fits = len(shape) == len(wanted) and all(
            not isinstance(has, int) or has == asked for has, asked in zip(shape, wanted, strict=True)
        )
        if not fits:
            template = gettext_noop(
                "The model takes the shape %(shape)s, the description makes %(wanted)s: "
                "correct width, height or layout."
            )
            raise DetectorError(template, shape=_shape(shape), wanted=_shape(wanted))
        if self._input.type not in {*_NUMBERS, _BYTES}:
            template = gettext_noop("The model takes %(type)s: only numbers with a point, or bytes, can be given.")
            raise DetectorError(template, type=self._input.type)

    def _prepared(self, image: Pixels) -> tuple[npt.NDArray[Any], Any]:
        """The input, and what brings corners on it (shares) back to shares of the photo."""
        picture = self.description.picture
        high, wide = image.shape[:2]
        width, height, left, top = picture.width, picture.height, 0, 0
        if picture.fit == "letterbox":
            factor = min(width / wide, height / high)
            width, height = max(1, round(wide * factor)), max(1, round(high * factor))
            left, top = (picture.width - width) // 2, (picture.height - height) // 2
        small = Image.fromarray(image).resize((width, height), Image.Resampling.BILINEAR)
        canvas = np.full((picture.height, picture.width, 3), picture.pad, dtype=np.uint8)
        canvas[top : top + height, left : left + width] = np.asarray(small)
        if picture.colours == "BGR":
            canvas = canvas[:, :, ::-1]
        values: npt.NDArray[Any] = canvas
        if self._input.type != _BYTES:
            values = (canvas * picture.scale - np.array(picture.mean)) / np.array(picture.std)
            values = values.astype(_NUMBERS[self._input.type])
        values = np.ascontiguousarray(values.transpose(2, 0, 1) if picture.layout == "NCHW" else values)[None]
        size = np.array([picture.width, picture.height] * 2)
        shift, inner = np.array([left, top] * 2), np.array([width, height] * 2)
        return values, lambda corners: (corners * size - shift) / inner

    def _read(self, found: dict[str, Any]) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
        """Corners as shares of the input, scores and number of the class of every row."""
        reading = self.description.reading
        boxes = self._table(found, reading.boxes)
        if boxes.shape[1] != 4:  # noqa: PLR2004 - corners
            raise self._wrong(reading.boxes, boxes.shape, gettext_noop(
                "Output %(name)s has the shape %(shape)s: boxes need four columns. Name the columns, or correct rows."
            ))  # fmt: skip
        scores = self._table(found, reading.scores)
        others = [self._table(found, part) for part in (reading.classes, reading.presence) if part]
        if any(len(each) != len(boxes) for each in (scores, *others)):
            raise self._wrong(reading.scores, scores.shape, gettext_noop(
                "Output %(name)s has the shape %(shape)s: it needs a row for each of the %(count)s boxes."
            ), count=len(boxes))  # fmt: skip
        if reading.classes:
            labels, scores = others[0][:, 0], scores[:, :1]
            best = np.zeros(len(boxes), dtype=np.int64)
        else:
            best = scores.argmax(axis=1) if scores.size else np.zeros(len(boxes), dtype=np.int64)
            labels = best.astype(np.float64)
            self._check_labels(scores.shape[1])
        score = np.take_along_axis(scores, best[:, None], axis=1)[:, 0] if len(boxes) else np.empty(0)
        if reading.presence:
            score = score * others[-1][:, 0]
        corners = boxes / self._unit()
        if reading.form == "cxcywh":
            half = corners[:, 2:] / 2
            corners = np.column_stack([corners[:, :2] - half, corners[:, :2] + half])
        sound = np.isfinite(corners).all(axis=1) & np.isfinite(score) & np.isfinite(labels)
        return corners[sound], score[sound], labels[sound].astype(np.int64)

    def _table(self, found: dict[str, Any], part: Part) -> Floats:
        """An output as rows and columns; what has one entry a box is one column."""
        whole = np.asarray(found[part.name], dtype=np.float64)
        table = whole[0] if whole.ndim > 1 and whole.shape[0] == 1 else whole
        if table.ndim == 1:
            table = table[:, None]
        elif table.ndim == 2 and self.description.reading.rows == "last":  # noqa: PLR2004 - rows and columns
            table = table.T
        if table.ndim != 2:  # noqa: PLR2004 - rows and columns
            raise self._wrong(part, whole.shape, gettext_noop(
                "Output %(name)s has the shape %(shape)s: a row for each box is needed, for one picture."
            ))  # fmt: skip
        columns = table[:, part.first : part.last]
        if part.last is not None and columns.shape[1] != part.last - part.first:
            raise self._wrong(part, whole.shape, gettext_noop(
                "Output %(name)s has the shape %(shape)s: it has no columns %(first)s to %(last)s."
            ), first=part.first, last=part.last)  # fmt: skip
        return columns

    def _wrong(self, part: Part, shape: tuple[int, ...], template: str, **more: object) -> DetectorError:
        return DetectorError(template, name=part.name, shape=_shape(shape), **more)

    def _check_labels(self, classes: int) -> None:
        if classes != len(self.description.labels):
            template = gettext_noop(
                "The model tells %(count)s classes apart, labels name %(named)s: name each of them."
            )
            raise DetectorError(template, count=classes, named=len(self.description.labels))

    def _unit(self) -> Floats:
        picture = self.description.picture
        pixels = self.description.reading.unit == "pixels"
        return np.array([picture.width, picture.height] * 2 if pixels else [1, 1, 1, 1], dtype=np.float64)

    def _boxes(self, corners: Floats, scores: Floats, labels: npt.NDArray[np.int64]) -> list[Box]:
        """What is sure enough, within the photo, and not twice; the surest first."""
        names, corners = self.description.labels, np.clip(corners, 0, 1)
        inside = (corners[:, 2:] > corners[:, :2]).all(axis=1) & (scores >= self.description.threshold)
        corners, scores, labels = corners[inside], scores[inside], labels[inside]
        for number in sorted(set(labels.tolist())):
            if not 0 <= number < len(names):
                template = gettext_noop("The model found class %(number)s, labels name %(named)s: name each of them.")
                raise DetectorError(template, number=number, named=len(names))
        kept = apart(corners, scores, labels, self.description.overlap)
        return [
            Box(names[labels[place]] or "", min(float(scores[place]), 1.0), *map(float, corners[place]))
            for place in kept.tolist()
            if names[labels[place]]
        ][: self.description.most]


def apart(corners: Floats, scores: Floats, labels: npt.NDArray[np.int64], overlap: float) -> npt.NDArray[np.int64]:
    """The places of boxes that remain, the surest first: none overlaps a surer one of its class too far.

    Overlap is the ground that two share by the ground that either covers (intersection over union).
    """
    order = np.lexsort((np.arange(len(scores)), -scores))
    area = np.prod(corners[:, 2:] - corners[:, :2], axis=1)
    kept = []
    while len(order):
        first, order = order[0], order[1:]
        kept.append(first)
        shared = np.minimum(corners[first, 2:], corners[order, 2:]) - np.maximum(corners[first, :2], corners[order, :2])
        common = np.prod(np.clip(shared, 0, None), axis=1)
        union = area[first] + area[order] - common
        order = order[(labels[order] != labels[first]) | (common <= overlap * union)]
    return np.array(kept, dtype=np.int64)


def _session(model: bytes) -> Any:
    try:
        import onnxruntime
    except ImportError:
        template = gettext_noop("Detectors need the extra detect: install it with uv sync --extra detect.")
        raise DetectorError(template) from None
    options = onnxruntime.SessionOptions()
    # Photos wait for nobody: the machine has other things to do.
    options.intra_op_num_threads, options.inter_op_num_threads, options.log_severity_level = 1, 1, 4
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - the runtime raises many kinds of its own
        template = gettext_noop("The file is no ONNX model that can be run here: %(why)s")
        raise DetectorError(template, why=_first_line(error)) from None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _shape(shape: Any) -> str:
    return " × ".join(str(each) for each in shape)
