"""The coder of ISO/IEC 15938-17 (NNC), by its reference implementation nncodec: bytes and accuracy, without training.

    python nnc_peer.py MODEL.json TEST_FOLDER           # float weights, quantized by nncodec at several qp
    python nnc_peer.py MODEL.qgt                        # the codes of a .qgt, by its range coder and by nncodec's

nncodec's own modules for PyTorch models are left out: its coder takes numpy arrays.
"""

import json
import os
import sys
import types
from pathlib import Path

import numpy as np

for absent in ("nncodec.framework", "nncodec.framework.use_case_init", "nncodec.framework.applications"):
    sys.modules[absent] = types.ModuleType(absent)
for name in ("tensorflow_model", "pytorch_model", "use_case_init"):
    setattr(sys.modules["nncodec.framework"], name, types.ModuleType(name))

from nncodec.nnc import compress, decompress  # noqa: E402

# Its default, -38, first; 8 halve the steps.
QPS = (-38, -30, -26, -22, -18, -14, -12, -10)


def code_weights(weights, qp):
    """The bitstream of arrays by name, float ones with trellis quantization, and the arrays that it stands for."""
    bitstream = compress(weights, qp=qp, return_bitstream=True, bitstream_path=os.devnull)
    return bitstream, decompress(bitstream)


def measure_floats(model_json, folder):
    from float_keras import accuracy_of, read_images, read_model

    model = read_model(model_json)
    pixels, labels = read_images(folder, model.input_shape[1])
    weights = {f"w{index}": np.ascontiguousarray(w) for index, w in enumerate(model.get_weights())}
    for qp in QPS:
        bitstream, decoded = code_weights(weights, qp)
        model.set_weights([decoded[name] for name in weights])
        accuracy = accuracy_of(model.predict(pixels, verbose=0), labels)
        print(f"qp {qp}: {len(bitstream)} bytes, {accuracy:.2f} %", flush=True)


def measure_codes(path):
    sys.path.insert(0, str(Path(__file__).parents[2] / "docs/examples"))
    from read_qgt import read_qgt

    codes = {
        name: np.ascontiguousarray(np.reshape(each, (-1, len(scales))).T.astype(np.int32) - len(levels) // 2)
        for name, (each, levels, scales, _) in read_qgt(path, with_codes=True)["codes"].items()
    }
    bitstream, decoded = code_weights(codes, QPS[0])
    assert all(np.array_equal(decoded[name], codes[name]) for name in codes)
    layers = json.loads((Path(path).parent / "report.json").read_text())["layers"]
    own = sum(layer["codeBytes"] or 0 for layer in layers)
    count = sum(each.size for each in codes.values())
    print(f"{count} codes: {len(bitstream)} bytes by nncodec, {own} in the .qgt")


if __name__ == "__main__":
    if sys.argv[1].endswith(".qgt"):
        measure_codes(sys.argv[1])
    else:
        measure_floats(*sys.argv[1:])
