"""What a width for each channel of a depthwise kernel would gain over one width, by the noise of its rounding.

    python channel_bits.py MODEL.json IMAGES SIZE [BITS [LARGEST_VALUE]]

IMAGES has a sub-folder per class. The noise of an output channel is the mean square of its input times the squared error
of its weights, times what BatchNorm behind it multiplies by. Channels that hardly vary are left out, since qgt removes
most of them. Bits go one by one to the channel of which they take away most noise, until the kernel has as many as with
one width (Shoham and Gersho 1988, Efficient bit allocation for an arbitrary set of quantizers, IEEE Trans. ASSP 36(9)).
Prints for each kernel its channels, those that vary, the signal to noise of one width in dB, how many dB a width for each
channel adds, and between which widths these lie.
"""

import os
import sys

import numpy as np

from float_keras import read_images
import tensorflow as tf

from peer_models import build_float, load_weights, read_document

SAMPLES = 256
WIDTHS = range(1, 9)
# Least variance behind BatchNorm.
LEAST_SIGNAL = 1e-4


def main(path, images, size, bits=4, largest=1.0):
    document = read_document(path)
    model = build_float(document)
    load_weights(model, document, os.path.dirname(path))
    inputs = read_images(images, int(size), SAMPLES)[0] * float(largest) / 255
    print("kernel | channels | vary | one width, dB | gain, dB | widths")
    layers = [layer for layer in model.layers if isinstance(layer, tf.keras.layers.DepthwiseConv2D)]
    ends = [[layer.input, layer.output] for layer in layers]
    for layer, values in zip(layers, tf.keras.Model(model.inputs, ends).predict(inputs, verbose=0)):
        factors = factors_behind(layer)
        signal = values[1].var((0, 1, 2)) * factors
        live = signal > LEAST_SIGNAL
        noise = channel_noise(layer.get_weights()[0], values[0], factors)[:, live]
        one, own, widths = allocated(noise, int(bits))
        ratio = decibels(signal[live].sum() / one)
        spread = f"{widths.min()} to {widths.max()}"
        print(f"{layer.name} | {len(live)} | {live.sum()} | {ratio:.1f} | {decibels(one / own):.2f} | {spread}")


def factors_behind(layer):
    """[channels]: the square of what BatchNorm multiplies each channel by."""
    norm = layer.outbound_nodes[0].outbound_layer
    gamma, _, _, variance = norm.get_weights()
    return gamma**2 / (variance + norm.epsilon)


def channel_noise(kernel, before, factors):
    """[widths, channels]: mean square of the noise of each channel behind BatchNorm."""
    columns = kernel.reshape(-1, kernel.shape[2])
    energy = np.mean(before**2, (0, 1, 2)) * factors
    return np.stack([energy * squared_error(columns, width) for width in WIDTHS])


def squared_error(columns, bits):
    """[channels]: of the best even steps, the levels around zero as in qgt."""
    levels = 2**bits
    middle = (levels - 1) / 2
    scale = np.sqrt(np.mean(columns**2, 0)) + 1e-12
    tried = np.linspace(0.1, 3, 146)[:, None] * 3 / (levels - 1) * scale
    on_grid = [(np.clip(np.round(columns / step + middle), 0, levels - 1) - middle) * step for step in tried]
    return np.min([((rounded - columns) ** 2).sum(0) for rounded in on_grid], 0)


def allocated(noise, bits):
    """Noise of all channels with one width, and with a width for each in as many bits; these widths."""
    channels = noise.shape[1]
    every = np.arange(channels)
    widths = np.zeros(channels, int)
    for _ in range((bits - 1) * channels):
        last = widths == len(WIDTHS) - 1
        gain = noise[widths, every] - noise[np.minimum(widths + 1, len(WIDTHS) - 1), every]
        widths[np.argmax(np.where(last, -1, gain))] += 1
    return noise[bits - 1].sum(), noise[widths, every].sum(), widths + 1


def decibels(ratio):
    return 10 * np.log10(ratio)


if __name__ == "__main__":
    main(*sys.argv[1:])
