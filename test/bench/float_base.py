"""Trains a float model from scratch, as a base for trials on images that it has not seen.

    python float_base.py ARCHITECTURE IMAGES FOLDER [EPOCHS [bfloat16]]

ARCHITECTURE is resnet20, mobilenetv2, or a model.json whose topology is taken without its weights. IMAGES has a
sub-folder per class. FOLDER gets a LayersModel for images of 0..1 (`--input-range 0..1`).
With bfloat16, convolutions are computed in it, where oneDNN can (on one core with avx512_bf16, ResNets take two thirds of
the time, and MobileNetV2 a third more).
"""

import sys

import numpy as np

from float_keras import read_images  # before the converter, some of whose imports it stands in for
import tensorflow as tf
from tensorflowjs.converters import save_keras_model

from peer_models import build_float, read_document
from peer_training import augmented

layers = tf.keras.layers

SIZE = 32
CLASSES = 10
BATCH = 128
EPOCHS = 30
LEARNING_RATE = 0.1
WARM_UP = 0.05
WEIGHT_DECAY = 2e-4
SEED = 0


def main(architecture, folder, target, epochs=EPOCHS, precision="float32"):
    tf.keras.utils.set_random_seed(SEED)
    tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": precision == "bfloat16"})
    model = build(architecture)
    images, labels = read_images(folder, SIZE)
    train(model, images.astype(np.uint8), labels, int(epochs))
    save_keras_model(model, target)


def build(architecture):
    if architecture == "resnet20":
        return resnet20()
    if architecture == "mobilenetv2":
        return mobilenetv2()
    return build_float(read_document(architecture))


def resnet20():
    """He et al. 2016, arXiv:1512.03385, section 4.2, with n = 3; projections where the size changes."""
    inputs = layers.Input((SIZE, SIZE, 3))
    x = normalized(inputs, 16, 3)
    for stage, filters in enumerate((16, 32, 64)):
        for block in range(3):
            strides = 2 if stage > 0 and block == 0 else 1
            shortcut = x if strides == 1 else normalized(x, filters, 1, strides, activation=None)
            inner = normalized(normalized(x, filters, 3, strides), filters, 3, activation=None)
            x = layers.ReLU()(layers.Add()([shortcut, inner]))
    return classifier(inputs, x)


def mobilenetv2():
    """Sandler et al. 2018, arXiv:1801.04381, table 2, half as wide; the first two reductions are left out for 32 x 32."""
    inputs = layers.Input((SIZE, SIZE, 3))
    x = normalized(inputs, 16, 3, activation=6.0)
    for expansion, filters, repeats, first_strides in (
        (1, 8, 1, 1),
        (6, 16, 2, 1),
        (6, 16, 3, 2),
        (6, 32, 4, 2),
        (6, 48, 3, 1),
        (6, 80, 3, 2),
        (6, 160, 1, 1),
    ):
        for repeat in range(repeats):
            x = inverted_residual(x, expansion, filters, first_strides if repeat == 0 else 1)
    return classifier(inputs, normalized(x, 640, 1, activation=6.0))


def inverted_residual(x, expansion, filters, strides):
    channels = x.shape[-1]
    inner = x if expansion == 1 else normalized(x, expansion * channels, 1, activation=6.0)
    inner = layers.DepthwiseConv2D(3, strides, "same", use_bias=False)(inner)
    inner = layers.ReLU(6.0)(layers.BatchNormalization()(inner))
    inner = normalized(inner, filters, 1, activation=None)
    return layers.Add()([x, inner]) if strides == 1 and channels == filters else inner


def normalized(x, filters, size, strides=1, activation=np.inf):
    """Convolution, BatchNorm and a ReLU up to `activation`."""
    x = layers.Conv2D(filters, size, strides, "same", use_bias=False, kernel_initializer="he_normal")(x)
    x = layers.BatchNormalization()(x)
    if activation is None:
        return x
    return layers.ReLU(None if activation == np.inf else activation)(x)


def classifier(inputs, x):
    outputs = layers.Dense(CLASSES, activation="softmax")(layers.GlobalAveragePooling2D()(x))
    return tf.keras.Model(inputs, outputs)


def train(model, images, labels, epochs):
    """Nesterov's momentum, a learning rate that falls to 0 on a cosine after a warm-up, decay of kernels, flip and shift."""
    steps = len(images) // BATCH
    random = np.random.default_rng(SEED)
    step = train_step(model)
    for epoch in range(epochs):
        order = random.permutation(len(images))
        losses = []
        for at in range(steps):
            chosen = order[at * BATCH : (at + 1) * BATCH]
            inputs = augmented(images[chosen], ("flip", "shift"), random).astype(np.float32) / 255
            done = (epoch * steps + at) / (epochs * steps)
            rate = LEARNING_RATE * min(done / WARM_UP, (1 + np.cos(np.pi * done)) / 2)
            losses.append(step(tf.constant(inputs), tf.constant(labels[chosen]), tf.constant(rate, tf.float32)))
        print(f"epoch {epoch + 1}/{epochs}  loss {np.mean([float(loss) for loss in losses]):.4f}", file=sys.stderr, flush=True)


def train_step(model):
    optimizer = tf.keras.optimizers.legacy.SGD(tf.Variable(0.0, trainable=False), momentum=0.9, nesterov=True)
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy()
    kernels = [weight for weight in model.trainable_variables if len(weight.shape) > 1]

    @tf.function
    def step(inputs, labels, rate):
        optimizer.learning_rate.assign(rate)
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(inputs, training=True))
            decay = WEIGHT_DECAY * tf.add_n([tf.nn.l2_loss(kernel) for kernel in kernels])
            total = loss + decay
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(total, variables), variables))
        return loss

    return step


if __name__ == "__main__":
    main(*sys.argv[1:])
