"""Tries how far rounding that is learned block by block gets on few images: AdaRound and BRECQ on ResNet-8.

    python block_rounding.py MODEL.JSON IMAGES TEST_IMAGES [BITS [STEPS]]

IMAGES is a folder of images without labels, TEST_IMAGES one with a sub-folder per class. For each residual block in turn,
every weight of its convolutions learns which of its two neighbouring levels it goes to, and biases and BatchNorm learn
beside, so that the block's output stays the float model's. The first convolution and the last layer have 8 bits.

Nagel et al. 2020, arXiv:2004.10568, eq. 21 to 25 (rounding and its regularizer); Li et al. 2021, arXiv:2102.05426,
algorithm 1 (blocks); Wei et al. 2022, arXiv:2203.05740, section 3.3 (half of a block's inputs are the float model's).
"""

import os
import sys

import numpy as np

from float_keras import accuracy_of, read_images
import tensorflow as tf

from peer_models import build_float, load_weights, read_document

SIZE = 32
BATCH = 32
STEPS = 3000
SEED = 0
EDGES = ("conv2d", "dense")
# Activations before and after each block, its convolutions (the third is the shortcut's) and its BatchNorms.
BLOCKS = (
    ("activation", "activation_2", (1, 2), (1, 2)),
    ("activation_2", "activation_4", (3, 4, 5), (3, 4)),
    ("activation_4", "activation_6", (6, 7, 8), (5, 6)),
)
RATE_OF_ROUNDING = 1e-2
RATE_OF_THE_REST = 1e-3
REGULARIZER = 30.0
# Share of the steps before the regularizer begins, and its exponent then and at the end.
WARM_UP = 0.2
EXPONENTS = (20.0, 2.0)
# The sigmoid is stretched beyond 0 and 1, so that both are reached (AdaRound, eq. 23).
STRETCH = (-0.1, 1.1)


def main(path, images, test_images, bits=2, steps=STEPS):
    tf.keras.utils.set_random_seed(SEED)
    document, folder = read_document(path), os.path.dirname(path)
    teacher, student, rounded = (load(document, folder) for _ in range(3))
    inputs = read_unlabelled(images)
    both = np.concatenate([inputs, inputs[:, :, ::-1]])
    for model in (student, rounded):
        round_edges(model)
    levels = 2 ** int(bits)
    round_blocks(rounded, levels)
    test, labels = read_images(test_images, SIZE)
    print(f"float {score(teacher, test, labels):.2f} %, rounded {score(rounded, test, labels):.2f} %", flush=True)
    for block in BLOCKS:
        learn(teacher, student, block, both, levels, int(steps))
    print(f"{len(inputs)} images: {score(student, test, labels):.2f} %")


def load(document, folder):
    model = build_float(document)
    load_weights(model, document, folder)
    return model


def read_unlabelled(folder):
    paths = sorted(os.path.join(folder, name) for name in os.listdir(folder))
    decoded = [tf.io.decode_image(tf.io.read_file(path), 3, expand_animations=False) for path in paths]
    return np.stack([image.numpy() for image in decoded]).astype(np.float32)


def score(model, images, labels):
    return accuracy_of(model.predict(images, batch_size=500, verbose=0), labels)


def round_edges(model):
    for name in EDGES:
        kernel, bias = model.get_layer(name).get_weights()
        step = np.abs(kernel.reshape(-1, kernel.shape[-1])).max(0) / 127
        model.get_layer(name).set_weights([np.round(kernel / step) * step, bias])


def round_blocks(model, levels):
    for *_, convolutions, _ in BLOCKS:
        for layer in layers_of(model, "conv2d", convolutions):
            kernel, bias = layer.get_weights()
            step = best_steps(kernel, levels)
            codes = np.clip(np.floor(kernel / step + levels / 2), 0, levels - 1)
            layer.set_weights([(codes - (levels - 1) / 2) * step, bias])


def layers_of(model, kind, numbers):
    return [model.get_layer(f"{kind}_{number}") for number in numbers]


def best_steps(kernel, levels):
    """The step of each channel with the least squared error, levels even around zero; of 96 that are tried."""
    columns = kernel.reshape(-1, kernel.shape[-1])
    middle = (levels - 1) / 2
    tried = np.linspace(0.3, 2.2, 96)[:, None] * 3 / (levels - 1) * np.sqrt((columns**2).mean(0))
    on_grid = [(np.clip(np.round(columns / step + middle), 0, levels - 1) - middle) * step for step in tried]
    errors = np.array([((rounded - columns) ** 2).sum(0) for rounded in on_grid])
    return tried[errors.argmin(0), np.arange(tried.shape[1])].astype(np.float32)


class Rounding:
    """A kernel between the two levels around each of its weights."""

    def __init__(self, layer, levels):
        kernel, bias = layer.get_weights()
        self.layer, self.middle = layer, (levels - 1) / 2
        self.step = best_steps(kernel, levels)
        position = kernel / self.step + self.middle
        self.below = np.clip(np.floor(position), 0, levels - 2)
        share = np.clip(position - self.below, 0.01, 0.99)
        self.choice = tf.Variable(np.log((share - STRETCH[0]) / (STRETCH[1] - share)))
        self.bias = tf.Variable(bias)

    def shares(self):
        return tf.clip_by_value((STRETCH[1] - STRETCH[0]) * tf.sigmoid(self.choice) + STRETCH[0], 0, 1)

    def openness(self, exponent):
        """1 for a weight halfway between its levels, 0 at a level."""
        return tf.reduce_sum(1 - tf.abs(2 * self.shares() - 1) ** exponent)

    def on_grid(self, shares):
        return (self.below + shares - self.middle) * self.step

    def run(self, inputs):
        return tf.nn.conv2d(inputs, self.on_grid(self.shares()), self.layer.strides, "SAME") + self.bias

    def settle(self):
        chosen = tf.cast(self.shares() > 0.5, tf.float32)
        self.layer.set_weights([self.on_grid(chosen).numpy(), self.bias.numpy()])


class Normalization:
    def __init__(self, layer):
        self.layer = layer
        self.scale, self.shift, self.mean, self.variance = (tf.Variable(weight) for weight in layer.get_weights())

    def run(self, inputs):
        factor = self.scale * tf.math.rsqrt(self.variance + self.layer.epsilon)
        return (inputs - self.mean) * factor + self.shift

    def settle(self):
        self.layer.set_weights([weight.numpy() for weight in (self.scale, self.shift, self.mean, self.variance)])


def learn(teacher, student, block, images, levels, steps):
    before, after, convolutions, normalizations = block
    kernels = [Rounding(layer, levels) for layer in layers_of(student, "conv2d", convolutions)]
    norms = [Normalization(layer) for layer in layers_of(student, "batch_normalization", normalizations)]
    own, theirs, wanted = value(student, before, images), value(teacher, before, images), value(teacher, after, images)
    step = learning_step(kernels, norms, wanted.var((0, 1, 2)).mean())
    random = np.random.default_rng(SEED)
    for at in range(steps):
        chosen = random.integers(0, len(images), BATCH)
        is_theirs = random.random((BATCH, 1, 1, 1)) < 0.5
        inputs = np.where(is_theirs, theirs[chosen], own[chosen])
        past = (at / steps - WARM_UP) / (1 - WARM_UP)
        exponent = EXPONENTS[0] + (EXPONENTS[1] - EXPONENTS[0]) * max(0.0, past)
        strength = REGULARIZER if past >= 0 else 0.0
        step(*(tf.constant(each, tf.float32) for each in (inputs, wanted[chosen], exponent, strength)))
    for part in kernels + norms:
        part.settle()


def value(model, name, images):
    return tf.keras.Model(model.inputs, model.get_layer(name).output).predict(images, verbose=0)


def learning_step(kernels, norms, variance):
    choices = [kernel.choice for kernel in kernels]
    rest = [kernel.bias for kernel in kernels] + [weight for norm in norms for weight in (norm.scale, norm.shift)]
    count = float(sum(np.prod(choice.shape) for choice in choices))
    of_choices, of_rest = (tf.keras.optimizers.legacy.Adam(rate) for rate in (RATE_OF_ROUNDING, RATE_OF_THE_REST))

    @tf.function
    def step(inputs, wanted, exponent, strength):
        with tf.GradientTape() as tape:
            inner = norms[1].run(kernels[1].run(tf.nn.relu(norms[0].run(kernels[0].run(inputs)))))
            shortcut = kernels[2].run(inputs) if len(kernels) > 2 else inputs
            error = tf.reduce_mean((tf.nn.relu(inner + shortcut) - wanted) ** 2) / variance
            loss = error + strength / count * tf.add_n([kernel.openness(exponent) for kernel in kernels])
        gradients = tape.gradient(loss, choices + rest)
        of_choices.apply_gradients(zip(gradients, choices))
        of_rest.apply_gradients(zip(gradients[len(choices) :], rest))

    return step


if __name__ == "__main__":
    main(*sys.argv[1:])
