"""A detector file that the suite made proposes the boxes that were drawn; what cannot be run says why in words."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inspection.shapes_detector import DESCRIPTION, FIELD, GRID, SIDE, drawn, model
from xiuhua.inspection.detecting import OnnxDetector, apart
from xiuhua.inspection.detector_file import DetectorError, read_description


@pytest.fixture(scope="module")
def shapes():
    """The detector of drawn shapes."""
    return OnnxDetector(model(), read_description(DESCRIPTION))


fields = st.sets(st.tuples(st.integers(0, GRID - 1), st.integers(0, GRID - 1)), max_size=6)


@given(fields, st.integers(0, 10_000))
def test_it_finds_the_drawn_squares_and_nothing_else(shapes, squares, seed):
    found = shapes.propose(drawn(squares, np.random.default_rng(seed)))
    assert {(round(box.left * GRID), round(box.top * GRID)) for box in found} == squares
    assert all(box.label == "litter" and 0.6 <= box.confidence <= 1 for box in found)
    assert [box.confidence for box in found] == sorted((box.confidence for box in found), reverse=True)


@pytest.mark.parametrize("size", [(64, 64), (96, 48), (48, 96)])
def test_boxes_come_back_on_the_photo_as_it_was(shapes, size):
    """A photo that is wider or higher is fitted with its proportions, and the bars beside it are no place."""
    wide, high = size
    inner = min(wide, high)
    image = np.full((high, wide, 3), 40, dtype=np.uint8)
    left, top = (wide - inner) // 2, (high - inner) // 2
    picture = Image.fromarray(drawn({(1, 2)}, np.random.default_rng(3))).resize(
        (inner, inner), Image.Resampling.NEAREST
    )
    image[top : top + inner, left : left + inner] = np.asarray(picture)
    description = DESCRIPTION.replace("height: 32}", "height: 32, pad: 40}")
    found = OnnxDetector(model(), read_description(description)).propose(image)
    for box in found:
        assert 0 <= box.left < box.right <= 1
        assert 0 <= box.top < box.bottom <= 1
    if wide == high:
        (box,) = found
        assert (box.left, box.top, box.right, box.bottom) == pytest.approx((0.25, 0.5, 0.5, 0.75))


def test_the_other_layouts_of_outputs_give_the_same(shapes):
    """Centres instead of corners, columns of one output, boxes as columns: the same boxes."""
    import onnx
    from onnx import TensorProto, helper

    image = drawn({(0, 0), (3, 1)}, np.random.default_rng(5))
    made = onnx.load_from_string(model())
    graph = made.graph
    corners = next(each for each in graph.initializer if each.name == "corners")
    whole = onnx.numpy_helper.to_array(corners)
    centres = np.concatenate([(whole[..., :2] + whole[..., 2:]) / 2, whole[..., 2:] - whole[..., :2]], axis=2) / SIDE
    corners.CopyFrom(onnx.numpy_helper.from_array(centres.astype(np.float32), "corners"))
    graph.node.append(helper.make_node("Concat", ["boxes", "scores"], ["rows"], axis=2))
    graph.node.append(helper.make_node("Transpose", ["rows"], ["all"], perm=[0, 2, 1]))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("all", TensorProto.FLOAT, [1, 5, GRID * GRID]))
    text = DESCRIPTION.replace(
        "output: {boxes: boxes, scores: scores}",
        "output: {boxes: {name: all, last: 4}, scores: {name: all, first: 4}, form: cxcywh, unit: shares, rows: last}",
    )
    found = OnnxDetector(made.SerializeToString(), read_description(text)).propose(image)
    for mine, other in zip(found, shapes.propose(image), strict=True):
        assert (mine.left, mine.top, mine.right, mine.bottom, mine.confidence) == pytest.approx(
            (other.left, other.top, other.right, other.bottom, other.confidence), abs=1e-5
        )


@pytest.mark.parametrize(
    ("content", "change", "says"),
    [
        (b"no model", ("", ""), "The file is no ONNX model that can be run here"),
        (None, ("scores: scores", "scores: sure_of_it"), "no output sure_of_it: known are scores, boxes"),
        (None, ("width: 32", "width: 64"), "takes the shape 1 × 3 × 32 × 32, the description makes 1 × 3 × 32 × 64"),
        (None, ("height: 32}", "height: 32, layout: NHWC}"), "the description makes 1 × 32 × 32 × 3"),
    ],
)
def test_a_file_that_does_not_fit_its_description_is_refused_in_words(content, change, says):
    with pytest.raises(DetectorError, match=says):
        OnnxDetector(content or model(), read_description(DESCRIPTION.replace(*change) if change[0] else DESCRIPTION))


@pytest.mark.parametrize(
    ("made", "change", "says"),
    [
        ({"classes": 2}, ("", ""), "tells 2 classes apart, labels name 1"),
        ({"rows": 5}, ("", ""), "needs a row for each of the 5 boxes"),
        ({}, ("boxes: boxes", "boxes: scores"), "Output scores has the shape 16 × 1: boxes need four columns"),
        ({}, ("scores: scores", "scores: {name: scores, first: 0, last: 3}"), "it has no columns 0 to 3"),
    ],
)
def test_outputs_that_are_not_as_described_are_refused_in_words(made, change, says):
    text = DESCRIPTION.replace(*change) if change[0] else DESCRIPTION
    with pytest.raises(DetectorError, match=says):
        OnnxDetector(model(**made), read_description(text)).propose(np.zeros((32, 32, 3), dtype=np.uint8))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("input: [", "no YAML: look at line 1"),
        ("just words", "description is 'just words': give keys with values"),
        (DESCRIPTION.replace("labels: [litter]", ""), "labels is missing"),
        (DESCRIPTION.replace("[litter]", "[null]"), "name at least one class"),
        (DESCRIPTION.replace("[litter]", "[3]"), r"labels is \[3\]"),
        (DESCRIPTION.replace("width: 32", "width: 0"), "input.width is 0: give a whole number from 1 to 4096"),
        (DESCRIPTION.replace("width: 32", "width: true"), "input.width is True"),
        (DESCRIPTION.replace("threshold: 0.6", "threshold: .nan"), "threshold is nan"),
        (DESCRIPTION.replace("threshold: 0.6", "treshold: 0.6"), "treshold is no key of a description"),
        (DESCRIPTION.replace("height: 32}", "height: 32, std: [1, 0, 1]}"), "input.std is"),
        (DESCRIPTION.replace("height: 32}", "height: 32, fit: crop}"), "choose one of letterbox, stretch"),
        (DESCRIPTION.replace("threshold: 0.6", "threshold: 1" + "0" * 400), "threshold is 1000"),
        ("labels: 2020-13-45", "no YAML"),
        ("[" * 2_000, "no YAML"),
        (DESCRIPTION.replace("boxes: boxes", "boxes: {first: 2}"), "output.boxes.name is missing"),
    ],
)
def test_a_description_is_refused_with_key_value_and_rule(text, says):
    with pytest.raises(DetectorError, match=says):
        read_description(text)


@settings(max_examples=30)
@given(st.text(max_size=60))
def test_whatever_a_description_is_it_is_read_or_refused(text):
    with suppress(DetectorError):
        read_description(text)


corner = st.integers(0, 20)
boxes = st.lists(st.tuples(corner, corner, st.integers(1, 9), st.integers(1, 9), st.integers(0, 9), st.integers(0, 1)))


@given(boxes, st.sampled_from([0.1, 0.5, 0.9]))
def test_no_two_boxes_of_a_class_overlap_too_far_and_none_is_dropped_without_a_surer_one(rows, most):
    table = np.array(rows, dtype=np.float64).reshape(-1, 6)
    corners = np.column_stack([table[:, :2], table[:, :2] + table[:, 2:4]])
    scores, labels = table[:, 4], table[:, 5].astype(np.int64)
    kept = apart(corners, scores, labels, most).tolist()

    def overlap(one, other):
        low, high = np.maximum(corners[one, :2], corners[other, :2]), np.minimum(corners[one, 2:], corners[other, 2:])
        common = np.prod(np.clip(high - low, 0, None))
        return common / (np.prod(table[one, 2:4]) + np.prod(table[other, 2:4]) - common)

    for number, one in enumerate(kept):
        assert all(labels[one] != labels[other] or overlap(one, other) <= most for other in kept[number + 1 :])
    for gone in set(range(len(rows))) - set(kept):
        assert any(
            labels[one] == labels[gone] and scores[one] >= scores[gone] and overlap(one, gone) > most for one in kept
        )


def test_without_the_runtime_it_says_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(DetectorError, match="uv sync --extra detect"):
        OnnxDetector(model(), read_description(DESCRIPTION))


@pytest.mark.real
def test_it_runs_on_real_photos_of_litter_without_a_claim(shared_data, shapes):
    """Photos of every size and mode pass through; what the toy proposes on them says nothing."""
    folder = shared_data / "litter_images"
    if not folder.is_dir():
        pytest.skip("the folder of litter images is not there")
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})[:5]
    assert found
    for path in found:
        for box in shapes.propose(np.asarray(Image.open(path).convert("RGB"))):
            assert 0 <= box.left < box.right <= 1


def test_a_field_is_as_large_as_the_model_says():
    assert FIELD * GRID == SIDE
