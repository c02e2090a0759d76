"""Saves models of ten architectures as .keras and .h5, with inputs and what Keras predicts for them as JSON.

python keras-files.py FOLDER, with Keras 3 or the Keras 2 of TensorFlow 2.15.
"""
import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np

try:
    import tensorflow as tf

    keras = tf.keras
except ImportError:
    import keras

L = keras.layers


def sequential():
    return keras.Sequential([keras.Input((8, 8, 3)), L.Conv2D(4, 3, activation="relu"), L.MaxPooling2D(), L.Flatten(),
                             L.Dropout(0.5), L.Dense(3, activation="softmax")])


def functional():
    x = keras.Input((8, 8, 3))
    a = L.Conv2D(4, 3, padding="same", name="left")(x)
    b = L.Conv2D(4, 1, name="right")(x)
    y = L.ReLU(max_value=6.0)(L.Add()([a, b]))
    y = L.Concatenate()([y, L.MaxPooling2D(3, strides=1, padding="same")(a)])
    return keras.Model(x, L.Dense(2)(L.GlobalAveragePooling2D()(y)))


def nested():
    inner = keras.Sequential([keras.Input((6,)), L.Dense(5, activation="relu"), L.Dense(4)], name="inner")
    a = keras.Input((6,))
    deep = keras.Model(a, L.Dense(3, name="deepest")(inner(a)), name="deep")
    x = keras.Input((6,))
    return keras.Model(x, L.Dense(2, name="last")(deep(x)))


def lstm():
    return keras.Sequential([keras.Input((None,), dtype="int32"), L.Embedding(11, 5), L.LSTM(4, return_sequences=True),
                             L.LSTM(3), L.Dense(2)])


def gru():
    return keras.Sequential([keras.Input((7, 4)), L.GRU(5, reset_after=True), L.Dense(2)])


def bidirectional():
    return keras.Sequential([keras.Input((7, 4)), L.Bidirectional(L.LSTM(3, return_sequences=True)),
                             L.Bidirectional(L.GRU(3)), L.Dense(2, activation="sigmoid")])


def separable():
    return keras.Sequential([keras.Input((8, 8, 3)), L.SeparableConv2D(4, 3, strides=2), L.PReLU(shared_axes=[1, 2]),
                             L.Conv2DTranspose(3, 2, strides=2), L.GlobalAveragePooling2D()])


def depthwise():
    return keras.Sequential([keras.Input((8, 8, 3)), L.DepthwiseConv2D(3, depth_multiplier=2), L.LeakyReLU(),
                             L.ZeroPadding2D(1), L.Conv2D(4, 1, use_bias=False), L.Flatten(), L.Dense(2)])


def normalized():
    x = keras.Input((8, 8, 3))
    y = L.BatchNormalization()(L.Conv2D(4, 3, use_bias=False)(x))
    y = L.BatchNormalization(scale=False)(L.Conv2D(4, 3)(y))
    y = L.LayerNormalization()(L.Flatten()(y))
    return keras.Model(x, L.Dense(2)(y))


def inputs():
    image, size = keras.Input((6, 6, 1), name="image"), keras.Input((3,), name="size")
    norm = L.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0])
    a = L.Flatten()(L.Conv2D(2, 3)(L.Rescaling(1 / 127.5, offset=-1.0)(image)))
    y = L.Concatenate()([a, norm(size)])
    return keras.Model([image, size], [L.Dense(2, name="kind")(y), L.Dense(1, name="age")(y)])


MODELS = [sequential, functional, nested, lstm, gru, bidirectional, separable, depthwise, normalized, inputs]


def main(folder):
    os.makedirs(folder, exist_ok=True)
    random = np.random.default_rng(5)
    for make in MODELS:
        keras.backend.clear_session()
        keras.utils.set_random_seed(7)
        model = make()
        model.set_weights([np.abs(w) + 0.1 if "variance" in getattr(v, "path", v.name) else w + random.normal(0, 0.1, w.shape).astype(w.dtype)
                           if w.dtype == np.float32 else w for v, w in zip(model.weights, model.get_weights())])
        batches = []
        for each in model.inputs:
            shape = [4] + [6 if size is None else int(size) for size in each.shape[1:]]
            whole = "int" in str(each.dtype)
            batches.append(random.integers(0, 11, shape).astype("int32") if whole else random.normal(0, 1, shape).astype("float32"))
        outputs = model.predict(batches if len(batches) > 1 else batches[0], verbose=0)
        outputs = outputs if isinstance(outputs, list) else [outputs]
        path = os.path.join(folder, make.__name__)
        model.save(path + ".keras")
        model.save(path + ".h5")
        with open(path + ".json", "w") as file:
            json.dump({
                "inputs": [{"shape": list(b.shape), "dtype": str(b.dtype), "values": b.ravel().tolist()} for b in batches],
                "outputs": [np.asarray(o).ravel().tolist() for o in outputs],
            }, file)


main(sys.argv[1])
