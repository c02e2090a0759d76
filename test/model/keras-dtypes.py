"""Saves a small model in half precision as .keras and .h5, with its weights as JSON.

python keras-dtypes.py FOLDER, with Keras 3.
"""
import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy as np

L = keras.layers


def main(folder):
    for dtype, ending in (("float16", "keras"), ("bfloat16", "h5")):
        keras.config.set_dtype_policy(dtype)
        keras.utils.set_random_seed(7)
        model = keras.Sequential([keras.Input((3,)), L.Dense(2, name="dense")])
        model.set_weights([np.array([[0.1, -3.0], [1e-6, 7.25], [0.0, 1.0]]), np.array([-0.5, 2.7])])
        model.save(os.path.join(folder, f"{dtype}.{ending}"))
        weights = [np.asarray(w.value, "float32").ravel().tolist() for w in model.weights]
        with open(os.path.join(folder, f"{dtype}.json"), "w") as file:
            json.dump(weights, file)


main(sys.argv[1])
