"""Whole epochs of QKeras, for the benchmark: training as peer_training.py does it, and an evaluation after each epoch.

Takes its assignment (whole-epochs.ts) as JSON in the first argument and prints the milliseconds of each epoch as the last line.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

from peer_models import build_float, load_weights, quantized, read_document
from peer_training import augmented, evaluator, read_samples, scaled, train_step

BITS = 2


def main():
    job = json.loads(sys.argv[1])
    tf.keras.utils.set_random_seed(0)
    document = read_document(job["model"])
    float_model = build_float(document)
    model = quantized(float_model, BITS)
    load_weights(model, document, os.path.dirname(job["model"]))
    images, labels = read_samples(job, "train", float_model.input_shape[1:])
    held = images[: job["evaluated"]], labels[: job["evaluated"]]
    first = len(images) - job["trained"]
    print(json.dumps(time_epochs(model, (images[first:], labels[first:]), held, job)))


def time_epochs(model, samples, held, job):
    images, labels = samples
    size = job["batchSize"]
    random = np.random.default_rng(0)
    step = train_step(model)
    accuracy = evaluator(model)
    rate = tf.constant(job["learningRate"], tf.float32)
    times = []
    for _ in range(job["epochs"]):
        start = time.perf_counter()
        order = random.permutation(len(images))
        for at in range(0, len(images) // size * size, size):
            chosen = order[at : at + size]
            inputs = scaled(augmented(images[chosen], job["augment"], random), job)
            float(step(tf.constant(inputs), tf.constant(labels[chosen]), rate))
        accuracy(held, job)
        times.append((time.perf_counter() - start) * 1000)
    return times


main()
