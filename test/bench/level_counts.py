"""How much signal even levels of several counts hold in the same bits, for the kernels of a float model.

    python level_counts.py MODEL.json

Each kernel of four dimensions is divided by its output channels' root mean squares. A weight's code is the one with the
lowest squared error plus a price times the code's length in bits, -log2 of its share, until the shares come to rest
(Chou, Lookabaugh and Gray 1989, Entropy-constrained vector quantization, IEEE Trans. ASSP 37(1)). Prints the highest
signal-to-noise ratio in dB, of all steps and prices, up to each entropy in bits.
"""

import os
import sys

import numpy as np

from peer_models import read_document, stored_weights

ENTROPIES = (1.3, 1.5, 1.7, 1.9, 2.0)
LEVELS = {
    "3, with a zero": np.arange(-1, 2),
    "4": np.arange(4) - 1.5,
    "5, with a zero": np.arange(-2, 3),
    "7, with a zero": np.arange(-3, 4),
    "8": np.arange(8) - 3.5,
    "8, with a zero": np.arange(-4, 4),
}
STEPS = np.arange(0.4, 1.8, 0.1)
PRICES = np.concatenate([[0], np.geomspace(0.01, 0.6, 14)])
ROUNDS = 15
WEIGHTS = 10_000
SEED = 0


def main(model_json):
    weights = np.random.default_rng(SEED).choice(normalized_weights(model_json), WEIGHTS)
    print(f"kurtosis {np.mean(weights**4):.2f} (3: normally distributed)")
    print("levels | " + " | ".join(f"{entropy} bits" for entropy in ENTROPIES))
    for name, levels in LEVELS.items():
        points = [coded(weights, levels * step, price) for step in STEPS for price in PRICES]
        best = [max(signal for bits, signal in points if bits <= entropy) for entropy in ENTROPIES]
        print(f"{name} | " + " | ".join(f"{signal:.2f}" for signal in best))


def normalized_weights(model_json):
    stored = stored_weights(read_document(model_json), os.path.dirname(model_json))
    kernels = [values.reshape(-1, values.shape[-1]) for _, values in stored if values.ndim == 4]
    return np.concatenate([(kernel / np.sqrt(np.mean(kernel**2, 0) + 1e-12)).ravel() for kernel in kernels])


def coded(weights, levels, price):
    """Entropy in bits, and signal-to-noise ratio in dB."""
    share = np.full(len(levels), 1 / len(levels))
    errors = (weights[:, None] - levels) ** 2
    for _ in range(ROUNDS):
        codes = np.argmin(errors - price * np.log2(np.maximum(share, 1e-12)), 1)
        share = np.bincount(codes, minlength=len(levels)) / len(weights)
    used = share[share > 0]
    noise = np.mean(errors[np.arange(len(weights)), codes])
    return -np.sum(used * np.log2(used)), 10 * np.log10(np.mean(weights**2) / noise)


if __name__ == "__main__":
    main(sys.argv[1])
