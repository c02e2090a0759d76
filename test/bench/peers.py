"""One training step and one evaluation pass in Keras or QKeras, for the benchmark.

Takes its assignment (result.ts) as JSON in the first argument and prints a result as the last line.
"""

import json
import os
import resource
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

LEARNING_RATE = 0.002
EDGE_BITS = 8
BITS = 2


def main():
    job = json.loads(sys.argv[1])
    with open(job["model"]) as file:
        document = json.load(file)
    model, versions = build(job["candidate"], document)
    load_weights(model, document, os.path.dirname(job["model"]))
    batches = training_batches(job, model.output_shape[-1])
    step = train_step(model)
    ready_ms = time.time() * 1000 - job["startedAt"]

    losses, times = [], []
    for index in range(1 + job["warmUp"] + job["steps"]):
        inputs, targets = batches[index % len(batches)]
        start = time.perf_counter()
        losses.append(float(step(inputs, targets).numpy()))
        times.append((time.perf_counter() - start) * 1000)
    training_peak = peak_bytes()

    print(
        json.dumps(
            {
                "stepMs": times[1 + job["warmUp"] :],
                "passMs": time_passes(model, job),
                "readyMs": ready_ms,
                "firstStepMs": times[0],
                "peakBytes": {"training": training_peak, "evaluation": peak_bytes()},
                "firstLoss": losses[0],
                "parameters": model.count_params(),
                "caveat": None,
                "versions": versions,
            }
        )
    )


def build(candidate, document):
    """The model of a model.json, which is Keras' own topology, without its L2 terms."""
    config = json.loads(json.dumps(document["modelTopology"]["model_config"]))
    for layer in config["config"]["layers"]:
        for option in layer["config"]:
            if option.endswith("_regularizer"):
                layer["config"][option] = None
    model = tf.keras.models.model_from_json(json.dumps(config))
    versions = {"python": sys.version.split()[0], "tensorflow": tf.__version__}
    if candidate == "keras":
        return model, versions
    import qkeras

    return quantized(model, qkeras), {**versions, "qkeras": qkeras.__version__}


def quantized(model, qkeras):
    """The same with QKeras' layers: 2 bits, the first and the last kernel 8."""
    kinds = {
        "Conv2D": (qkeras.QConv2D, "kernel_quantizer"),
        "DepthwiseConv2D": (qkeras.QDepthwiseConv2D, "depthwise_quantizer"),
        "Dense": (qkeras.QDense, "kernel_quantizer"),
    }
    kernels = [layer.name for layer in model.layers if type(layer).__name__ in kinds]
    edges = {kernels[0], kernels[-1]}

    def swap(layer):
        if type(layer).__name__ not in kinds:
            return layer.__class__.from_config(layer.get_config())
        kind, option = kinds[type(layer).__name__]
        bits = EDGE_BITS if layer.name in edges else BITS
        config = layer.get_config()
        taken = {key: value for key, value in config.items() if key not in ("groups", "kernel_size")}
        if "kernel_size" in config:
            taken["kernel_size"] = config["kernel_size"]
        return kind(**taken, **{option: qkeras.quantized_bits(bits, 0, 1, alpha="auto")})

    return tf.keras.models.clone_model(model, clone_function=swap)


def load_weights(model, document, folder):
    """Gives each variable the weight of its name; a missing one or another shape is an error."""
    variables = {variable.name.removesuffix(":0"): variable for variable in model.weights}
    for group in document["weightsManifest"]:
        data = b"".join(open(os.path.join(folder, path), "rb").read() for path in group["paths"])
        start = 0
        for spec in group["weights"]:
            count = int(np.prod(spec["shape"]))
            values = np.frombuffer(data, np.float32, count, start).reshape(spec["shape"])
            variables.pop(spec["name"]).assign(values)
            start += 4 * count
    if variables:
        raise ValueError(f"model.json has no {', '.join(variables)}")


def training_batches(job, classes):
    inputs = np.fromfile(os.path.join(job["batches"], "inputs.f32"), np.float32)
    labels = np.fromfile(os.path.join(job["batches"], "labels.i32"), np.int32)
    inputs = inputs.reshape(-1, job["batchSize"], *job["shape"])
    targets = np.eye(classes, dtype=np.float32)[labels].reshape(-1, job["batchSize"], classes)
    return [(tf.constant(x), tf.constant(y)) for x, y in zip(inputs, targets)]


def train_step(model):
    """A step as one graph, without the callbacks and metrics of `fit`."""
    # The optimizer whose update of a variable is one kernel of TensorFlow's, as in our recorded step.
    optimizer = tf.keras.optimizers.legacy.Adam(LEARNING_RATE)
    loss_of = tf.keras.losses.CategoricalCrossentropy()

    @tf.function
    def step(inputs, targets):
        with tf.GradientTape() as tape:
            loss = loss_of(targets, model(inputs, training=True))
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return step


def time_passes(model, job):
    """Passes over the evaluation images, from numpy to numpy; the first two are not counted."""
    images = np.fromfile(os.path.join(job["batches"], "evaluation.f32"), np.float32)
    images = images.reshape(-1, *job["shape"])
    predict = tf.function(lambda inputs: model(inputs, training=False), reduce_retracing=True)
    size = job["evaluationBatch"]
    times = []
    for _ in range(2 + job["passes"]):
        start = time.perf_counter()
        for at in range(0, len(images), size):
            predict(tf.constant(images[at : at + size])).numpy()
        times.append((time.perf_counter() - start) * 1000)
    return times[2:]


def peak_bytes():
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


main()
