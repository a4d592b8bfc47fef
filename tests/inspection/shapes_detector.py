"""A tiny detector that the suite makes: photos of drawn shapes, weights by least squares, written as ONNX.

It tells bright squares ("litter") from the ground in a grid of four by four fields. It says nothing about real photos.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE, FIELD = 32, 8
GRID = SIDE // FIELD
DESCRIPTION = """
input: {width: 32, height: 32}
output: {boxes: boxes, scores: scores}
labels: [litter]
threshold: 0.6
"""


def drawn(fields, rng, size=SIDE):
    """A dark noisy picture with a bright square in each of the fields (column, row)."""
    image = rng.integers(20, 70, (SIDE, SIDE, 3), dtype=np.uint8)
    for column, row in fields:
        image[row * FIELD + 1 : row * FIELD + 7, column * FIELD + 1 : column * FIELD + 7] = rng.integers(200, 250)
    return image.repeat(size // SIDE, axis=0).repeat(size // SIDE, axis=1)


def fitted(seed=7, pictures=60):
    """Weights (3, 8, 8) and bias that tell a field with a square from one without, by least squares."""
    rng = np.random.default_rng(seed)
    rows, right = [], []
    for _ in range(pictures):
        fields = {(int(c), int(r)) for c, r in rng.integers(0, GRID, (4, 2))}
        image = drawn(fields, rng) / 255
        for row in range(GRID):
            for column in range(GRID):
                piece = image[row * FIELD : (row + 1) * FIELD, column * FIELD : (column + 1) * FIELD]
                rows.append(np.append(piece.transpose(2, 0, 1).ravel(), 1.0))
                right.append(8.0 if (column, row) in fields else -8.0)
    # A little weight on each pixel costs something, so that the noise is not learned.
    table = np.array(rows)
    weights = np.linalg.solve(table.T @ table + 0.1 * np.eye(table.shape[1]), table.T @ np.array(right))
    return weights[:-1].reshape(3, FIELD, FIELD), float(weights[-1])


def model(classes=1, rows=GRID * GRID):
    """The content of the file: a convolution with the fitted weights, a field a box."""
    weights, bias = fitted()
    row, column = (axis.ravel() for axis in np.mgrid[0:GRID, 0:GRID])
    corners = np.column_stack([column, row, column + 1, row + 1]).astype(np.float32) * FIELD
    constants = {
        "weights": np.repeat(weights[None], classes, 0).astype(np.float32), "bias": np.full(classes, bias, np.float32),
        "shape": np.array([1, classes, GRID * GRID], np.int64), "corners": corners[None, :rows],
    }  # fmt: skip
    nodes = [
        helper.make_node("Conv", ["image", "weights", "bias"], ["raw"], strides=[FIELD, FIELD]),
        helper.make_node("Sigmoid", ["raw"], ["sure"]),
        helper.make_node("Reshape", ["sure", "shape"], ["flat"]),
        helper.make_node("Transpose", ["flat"], ["scores"], perm=[0, 2, 1]),
        helper.make_node("Identity", ["corners"], ["boxes"]),
    ]
    graph = helper.make_graph(
        nodes, "shapes",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
        [
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, GRID * GRID, classes]),
            helper.make_tensor_value_info("boxes", TensorProto.FLOAT, [1, rows, 4]),
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )  # fmt: skip
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(made)
    return made.SerializeToString()
