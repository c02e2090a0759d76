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

from peer_models import build_float, load_weights, quantized, read_document, versions

LEARNING_RATE = 0.002
BITS = 2


def main():
    job = json.loads(sys.argv[1])
    document = read_document(job["model"])
    model = build_float(document)
    if job["candidate"] == "qkeras":
        model = quantized(model, BITS)
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
                "versions": versions(),
            }
        )
    )


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
