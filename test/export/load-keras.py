"""Loads every NAME.keras of a folder with Keras 3, and writes what it predicts for NAME.inputs.json as NAME.outputs.json.

python load-keras.py FOLDER; a model that can't be loaded or run has its error in place of outputs.
"""
import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np


def predict(path):
    model = keras.saving.load_model(path + ".keras")
    with open(path + ".inputs.json") as file:
        inputs = [np.array(i["values"], i["dtype"]).reshape(i["shape"]) for i in json.load(file)]
    outputs = model(inputs if len(inputs) > 1 else inputs[0])
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    return [np.asarray(output).ravel().tolist() for output in outputs]


for name in sorted(os.listdir(sys.argv[1])):
    if not name.endswith(".keras"):
        continue
    path = os.path.join(sys.argv[1], name[: -len(".keras")])
    try:
        result = {"outputs": predict(path)}
    except Exception as error:
        result = {"error": repr(error)}
    with open(path + ".outputs.json", "w") as file:
        json.dump(result, file)
