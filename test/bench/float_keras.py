"""A tfjs LayersModel in Keras, and its accuracy on a folder of images, a sub-folder per class."""

import os
import sys
import types

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

# The converter imports them for kinds of models that are not converted here.
for absent in ("tensorflow_decision_forests", "jax", "jax.experimental", "jax.experimental.jax2tf"):
    sys.modules[absent] = types.ModuleType(absent)
sys.modules["jax.experimental"].jax2tf = sys.modules["jax.experimental.jax2tf"]

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflowjs.converters import keras_tfjs_loader  # noqa: E402


def read_model(model_json):
    """The model, with its weights."""
    return keras_tfjs_loader.load_keras_model(model_json)


def read_images(folder, size, count=None):
    """Pixels from 0 to 255 in float32 [images, size, size, 3], and the class of each; of all images, or of some drawn with seed 0."""
    images = tf.keras.utils.image_dataset_from_directory(folder, image_size=(size, size), shuffle=count is not None, seed=0)
    if count is not None:
        images = images.unbatch().take(count).batch(count)
    pixels, labels = zip(*images.as_numpy_iterator())
    return np.concatenate(pixels), np.concatenate(labels)


def accuracy_of(scores, labels):
    """The share of the images, in percent, whose highest score is that of their class."""
    return 100 * float(np.mean(np.argmax(scores, -1) == labels))
