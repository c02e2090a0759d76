"""Fine-tunes a model with QKeras, for docs/results.md.

Takes its job (results/peer.ts) as JSON in the first argument and prints a result as the last line.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

from peer_models import build_float, kernel_bits, load_weights, quantized, read_document, versions

EVALUATION_BATCH = 128


def main():
    started = time.perf_counter()
    job = json.loads(sys.argv[1])
    tf.keras.utils.set_random_seed(job["seed"])
    document = read_document(job["model"])
    folder = os.path.dirname(job["model"])
    float_model = build_float(document)
    load_weights(float_model, document, folder)
    test = read_samples(job, "test", float_model.input_shape[1:])
    before = accuracy(float_model, test, job)
    say(f"float: {before:.4f}")

    model = quantized(float_model, job["bits"])
    load_weights(model, document, folder)
    train(model, read_samples(job, "train", float_model.input_shape[1:]), job)
    print(
        json.dumps(
            {
                "before": before,
                "after": accuracy(model, test, job),
                "bytesBefore": bytes_of(job["model"], document, folder),
                "bytesCounted": counted_bytes(model, kernel_bits(float_model, job["bits"])),
                "durationMs": (time.perf_counter() - started) * 1000,
                "versions": versions(),
            }
        )
    )


def read_samples(job, part, shape):
    """Images as bytes, [count, height, width, channels], and a class index each."""
    images = np.fromfile(os.path.join(job["samples"], f"{part}-images.u8"), np.uint8)
    labels = np.fromfile(os.path.join(job["samples"], f"{part}-labels.i32"), np.int32)
    return images.reshape(-1, *shape), labels


def scaled(images, job):
    return images.astype(np.float32) * np.float32(job["scale"]) + np.float32(job["offset"])


def train(model, samples, job):
    """As qgt does it: whole batches of a shuffled pass, Adam, a learning rate that falls to 0 on a cosine."""
    images, labels = samples
    size = job["batchSize"]
    steps_per_epoch = len(images) // size
    total = job["epochs"] * steps_per_epoch
    random = np.random.default_rng(job["seed"])
    step = train_step(model)
    done = 0
    for epoch in range(job["epochs"]):
        order = random.permutation(len(images))
        losses = []
        for at in range(0, steps_per_epoch * size, size):
            chosen = order[at : at + size]
            inputs = scaled(augmented(images[chosen], job["augment"], random), job)
            rate = job["learningRate"] * (1 + np.cos(np.pi * done / total)) / 2
            losses.append(step(tf.constant(inputs), tf.constant(labels[chosen]), tf.constant(rate, tf.float32)))
            done += 1
        say(f"epoch {epoch + 1}/{job['epochs']}  loss {np.mean([float(loss) for loss in losses]):.4f}")


def train_step(model):
    optimizer = tf.keras.optimizers.legacy.Adam(tf.Variable(0.0, trainable=False))
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy()

    @tf.function
    def step(inputs, labels, rate):
        optimizer.learning_rate.assign(rate)
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(inputs, training=True))
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return step


def augmented(images, names, random):
    """Flip and shift as in src/data/augmentation: every other image mirrored; moved by up to an eighth, edges repeated."""
    count, height, width, _ = images.shape
    rows = np.tile(np.arange(height), (count, 1))
    columns = np.tile(np.arange(width), (count, 1))
    if "flip" in names:
        mirrored = random.random(count) < 0.5
        columns[mirrored] = columns[mirrored, ::-1]
    if "shift" in names:
        rows = moved(rows, random)
        columns = moved(columns, random)
    return images[np.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]]


def moved(positions, random):
    """Each image's rows or columns, [count, size], moved by a distance of its own."""
    count, size = positions.shape
    most = size // 8
    distance = random.integers(-most, most + 1, (count, 1))
    return np.take_along_axis(positions, np.clip(np.arange(size) - distance, 0, size - 1), axis=1)


def accuracy(model, samples, job):
    return evaluator(model)(samples, job)


def evaluator(model):
    """Gives the share of right answers; QKeras' layers put their kernels on the grid in each call."""
    predict = tf.function(lambda inputs: model(inputs, training=False), reduce_retracing=True)

    def share(samples, job):
        images, labels = samples
        right = 0
        for at in range(0, len(images), EVALUATION_BATCH):
            answers = predict(tf.constant(scaled(images[at : at + EVALUATION_BATCH], job))).numpy()
            right += int(np.sum(answers.argmax(axis=1) == labels[at : at + EVALUATION_BATCH]))
        return right / len(images)

    return share


def bytes_of(path, document, folder):
    shards = [os.path.join(folder, name) for group in document["weightsManifest"] for name in group["paths"]]
    return sum(os.path.getsize(file) for file in [path, *shards])


def counted_bytes(model, widths):
    """What QKeras' weights would take, since it writes no packed file: codes, a float32 scale per channel, the rest in float32."""
    total = 0
    for layer in model.layers:
        for weight in layer.weights:
            kernel = layer.name in widths and "kernel" in weight.name
            if not kernel:
                total += 4 * int(np.prod(weight.shape))
                continue
            channels = weight.shape[2] if "depthwise" in weight.name else weight.shape[-1]
            total += -(-int(np.prod(weight.shape)) * widths[layer.name] // 8) + 4 * channels
    return total


def say(line):
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
