"""Accuracy of a model whose weights tfjs-converter quantizes: float16 (`--quantize_float16`) and uint8 (`--quantize_uint8`).

    python converter_peer.py MODEL.json TEST_FOLDER
"""

import sys

import numpy as np
from float_keras import accuracy_of, read_images, read_model
from tensorflowjs.quantization import dequantize_weights, quantize_weights

DTYPES = {"float16": np.float16, "uint8": np.uint8}


def quantized(weight, dtype):
    """What a page computes with, once the codes of the converter are floats again."""
    codes, metadata = quantize_weights(weight, dtype)
    return dequantize_weights(codes, metadata) if metadata else codes.astype(np.float32)


if __name__ == "__main__":
    model_json, folder = sys.argv[1:]
    model = read_model(model_json)
    weights = model.get_weights()
    pixels, labels = read_images(folder, model.input_shape[1])
    for name, dtype in DTYPES.items():
        model.set_weights([quantized(weight, dtype) for weight in weights])
        print(f"{name}: {accuracy_of(model.predict(pixels, verbose=0), labels):.2f} %", flush=True)
