"""TensorFlow Lite's full integer quantization of a model, the 8 bits that TFMOT trains for: bytes and accuracy.

    python tflite_peer.py MODEL.json TRAIN_FOLDER TEST_FOLDER MODEL.tflite

The converter sees 500 training images, from which it takes the ranges of the activations.
"""

import sys
from pathlib import Path

import numpy as np
from float_keras import accuracy_of, read_images, read_model, tf

CALIBRATED_ON = 500


def convert(model, pixels):
    """The .tflite of a model, int8 throughout."""
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([image[None]] for image in pixels)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


def predict(content, pixels):
    """The scores that a .tflite gives images, one after another."""
    interpreter = tf.lite.Interpreter(model_content=content)
    interpreter.allocate_tensors()
    (source,), (target,) = interpreter.get_input_details(), interpreter.get_output_details()
    scale, zero = source["quantization"]
    codes = np.clip(np.round(pixels / scale + zero), -128, 127).astype(np.int8)
    scores = []
    for image in codes:
        interpreter.set_tensor(source["index"], image[None])
        interpreter.invoke()
        scores.append(interpreter.get_tensor(target["index"])[0].astype(np.int32))
    return np.stack(scores)


if __name__ == "__main__":
    model_json, train, test, target = sys.argv[1:]
    model = read_model(model_json)
    size = model.input_shape[1]
    content = convert(model, read_images(train, size, CALIBRATED_ON)[0])
    Path(target).write_bytes(content)
    pixels, labels = read_images(test, size)
    float_accuracy = accuracy_of(model.predict(pixels, verbose=0), labels)
    print(f"float32: {float_accuracy:.2f} %")
    print(
        f"int8 .tflite: {len(content)} bytes, {accuracy_of(predict(content, pixels), labels):.2f} %, "
        f"tensorflow {tf.__version__}"
    )
