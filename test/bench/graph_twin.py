"""Makes the GraphModel twin of a LayersModel: model.json to Keras, to a SavedModel, to a graph by the official converter.

    python graph_twin.py MODEL.json FOLDER
"""

import os
import sys
import tempfile
import types

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

# The converter imports them for kinds of models that are not converted here.
for absent in ("tensorflow_decision_forests", "jax", "jax.experimental", "jax.experimental.jax2tf"):
    sys.modules[absent] = types.ModuleType(absent)
sys.modules["jax.experimental"].jax2tf = sys.modules["jax.experimental.jax2tf"]

import tensorflow as tf  # noqa: E402
from tensorflowjs.converters import keras_tfjs_loader, tf_saved_model_conversion_v2  # noqa: E402


def make_twin(model_json, folder):
    model = keras_tfjs_loader.load_keras_model(model_json)
    with tempfile.TemporaryDirectory() as saved_model:
        tf.saved_model.save(model, saved_model)
        tf_saved_model_conversion_v2.convert_tf_saved_model(saved_model, folder)


if __name__ == "__main__":
    make_twin(*sys.argv[1:])
