"""Keras and QKeras models of a model.json, for the benchmarks."""

import json
import os
import sys

import numpy as np
import tensorflow as tf

EDGE_BITS = 8
DEPTHWISE_BITS = 4


def read_document(path):
    with open(path) as file:
        return json.load(file)


def build_float(document):
    """The model of a model.json, which is Keras' own topology, without its L2 terms."""
    topology = document["modelTopology"]
    # tfjs saves the configuration alone.
    config = json.loads(json.dumps(topology.get("model_config", topology)))
    for layer in config["config"]["layers"]:
        for option in layer["config"]:
            if option.endswith("_regularizer"):
                layer["config"][option] = None
    return tf.keras.models.model_from_json(json.dumps(config))


def quantized(model, bits):
    """A float model with QKeras' layers in it: kernels at so many bits, the first and the last at 8, depthwise ones at least 4."""
    # Once it is imported, Keras 2.15 finds no end to a model.json: every float model has to be built before.
    import qkeras

    # One scale per channel; QKeras finds the axis of a depthwise kernel, [h, w, in, 1], only if told.
    kinds = {
        "Conv2D": (qkeras.QConv2D, "kernel", 3),
        "DepthwiseConv2D": (qkeras.QDepthwiseConv2D, "depthwise", 2),
        "Dense": (qkeras.QDense, "kernel", 1),
    }
    widths = kernel_bits(model, bits)

    def swap(layer):
        if type(layer).__name__ not in kinds:
            return layer.__class__.from_config(layer.get_config())
        kind, weight, axis = kinds[type(layer).__name__]
        config = layer.get_config()
        taken = {key: value for key, value in config.items() if key not in ("groups", "kernel_size")}
        if "kernel_size" in config:
            taken["kernel_size"] = config["kernel_size"]
        taken[f"{weight}_quantizer"] = qkeras.quantized_bits(
            widths[layer.name], 0, 1, alpha="auto", scale_axis=axis
        )
        taken[f"{weight}_constraint"] = Unclipped()
        return kind(**taken)

    return tf.keras.models.clone_model(model, clone_function=swap)


class Unclipped(tf.keras.constraints.Constraint):
    """In place of QKeras' own, which cuts kernels at -1 and 1: the float models have some of 3.9."""

    def __call__(self, weight):
        return weight


def kernel_bits(model, bits):
    """Bits by name of the layers that have a kernel."""
    kinds = ("Conv2D", "DepthwiseConv2D", "Dense")
    layers = [layer for layer in model.layers if type(layer).__name__ in kinds]
    widths = {
        layer.name: max(bits, DEPTHWISE_BITS) if type(layer).__name__ == "DepthwiseConv2D" else bits
        for layer in layers
    }
    return widths | {layer.name: EDGE_BITS for layer in (layers[0], layers[-1])}


def stored_weights(document, folder):
    """Names and values of the float32 weights beside a model.json, in their order."""
    for group in document["weightsManifest"]:
        data = b"".join(open(os.path.join(folder, path), "rb").read() for path in group["paths"])
        start = 0
        for spec in group["weights"]:
            count = int(np.prod(spec["shape"]))
            yield spec["name"], np.frombuffer(data, np.float32, count, start).reshape(spec["shape"])
            start += 4 * count


def load_weights(model, document, folder):
    """Gives each variable the weight of its name; a missing one or another shape is an error."""
    variables = {variable.name.removesuffix(":0"): variable for variable in model.weights}
    for name, values in stored_weights(document, folder):
        variables.pop(name).assign(values)
    if variables:
        raise ValueError(f"model.json has no {', '.join(variables)}")


def versions():
    """What figures depend on; QKeras only where it is in use."""
    qkeras = sys.modules.get("qkeras")
    return {
        "python": sys.version.split()[0],
        "tensorflow": tf.__version__,
        **({} if qkeras is None else {"qkeras": qkeras.__version__}),
    }
