"""Reads a .qgt file, format versions 1 and 2 (docs/format.md), with numpy alone.

    from read_qgt import read_qgt
    model = read_qgt("model.qgt")
    model["weights"]["conv2d/kernel"]      # a numpy array, float32 as tfjs gets it
    model["topology"]                      # modelTopology of tfjs, which holds Keras' configuration

    python3 read_qgt.py model.qgt          # lists the weights
    python3 read_qgt.py model.qgt out.npz  # writes them, for numpy.load

Codes that were packed by the coder `range` are decoded one by one, which takes Python a minute or more a million.
`qgt export model.qgt --to npz` does the same at once.
"""

import json
import math
import struct
import sys
import zlib

import numpy as np

MAGIC = b"\x89QGT"
DTYPES = {"int32": "<i4", "bool": "?", "complex64": "<c8"}


class QgtFileError(ValueError):
    """The file is damaged, is no .qgt, or is of a later version."""


def read_qgt(path, with_codes=False):
    """Reads a model: `kind`, `topology`, `metadata`, `preprocessing`, and `weights`, arrays by name.

    With `with_codes` also `codes`: for each weight that is stored as codes, a tuple of codes, levels, scales (one a
    channel) and offsets (or None).
    """
    with open(path, "rb") as file:
        version, metadata, data = _sections(file.read())
    reader = _Reader(data)
    source = (_Version1 if version == 1 else _Version2)(metadata["tensors"], reader)
    weights, codes = {}, {}
    names = []
    for entry in metadata["tensors"]:
        name = entry["n"]
        if "r" in entry:
            twin = names[entry["r"]]
            weights[name] = weights[twin]
            if twin in codes:
                codes[name] = codes[twin]
        elif "l" in entry:
            codes[name] = _coded(entry, source)
            weights[name] = _expand(entry, *codes[name])
        else:
            weights[name] = _raw(entry, source)
        names.append(name)
    if reader.offset != len(data):
        raise QgtFileError("there is data after the last weight")
    del metadata["tensors"]
    return {**metadata, "weights": weights, **({"codes": codes} if with_codes else {})}


def _sections(file):
    """The format version, the metadata and the data of a file whose lengths and checksums are right."""
    if file[:4] != MAGIC or len(file) < 32:
        raise QgtFileError("not a .qgt file, or one that is cut short")
    version, length, inflated, metadata_crc, data_length, data_crc, header_crc = struct.unpack("<7I", file[4:32])
    if zlib.crc32(file[:28]) != header_crc:
        raise QgtFileError("the header is damaged")
    if version not in (1, 2):
        raise QgtFileError(f"format version {version}; this reader knows 1 and 2")
    metadata, data = file[32 : 32 + length], file[32 + length :]
    if len(data) != data_length or zlib.crc32(metadata) != metadata_crc or zlib.crc32(data) != data_crc:
        raise QgtFileError("the file is damaged")
    text = zlib.decompressobj(-15).decompress(metadata, inflated)
    return version, json.loads(text), data


class _Reader:
    def __init__(self, data):
        self.data, self.offset = data, 0

    def take(self, length):
        self.offset += length
        if self.offset > len(self.data):
            raise QgtFileError("a weight goes on beyond the end of the data")
        return self.data[self.offset - length : self.offset]

    def count(self):
        """An integer in LEB128."""
        number = shift = 0
        while True:
            byte = self.take(1)[0]
            number |= (byte & 127) << shift
            if byte < 128:
                return number
            shift += 7


def _size(shape):
    return math.prod(shape)


def _channels(entry):
    return _size(entry["s"][axis] for axis in entry.get("a", []))


class _Version1:
    """Float32s stand where they are used, and the table names the coder."""

    def __init__(self, entries, reader):
        self.reader = reader

    def floats(self, count):
        return np.frombuffer(self.reader.take(4 * count), "<f4")

    def bytes(self, count):
        return self.reader.take(count)

    def codes(self, entry, levels):
        return _plain(self.reader, {"bits": 0, "radix": 1}[entry["c"]], _size(entry["s"]), levels)


class _Version2:
    """The float32s of all weights come first, and a byte before the codes says by which coder."""

    def __init__(self, entries, reader):
        self.reader, self.at = reader, 0
        count = sum(map(self._float_count, entries))
        planes = [np.frombuffer(self.bytes(count), np.uint8).astype(np.uint32) for _ in range(4)]
        words = planes[0] << 24 | planes[1] << 16 | planes[2] << 8 | planes[3]
        bits = (words >> 24) << 23 | (words >> 23 & 1) << 31 | words & 0x7FFFFF
        self.all_floats = bits.astype("<u4").view("<f4")

    @staticmethod
    def _float_count(entry):
        if "r" in entry:
            return 0
        if "l" not in entry:
            return 0 if "d" in entry else _size(entry["s"])
        own_levels = 0 if isinstance(entry["l"], list) else entry["l"]
        return own_levels + _channels(entry) * (1 + entry.get("o", 0))

    def floats(self, count):
        self.at += count
        return self.all_floats[self.at - count : self.at]

    def bytes(self, count):
        if count == 0:
            return b""
        lowest, last = self.reader.take(2)
        return (self._codes([count], last + 1) + lowest).astype(np.uint8).tobytes()

    def codes(self, entry, levels):
        return self._codes(entry["s"], levels)

    def _codes(self, shape, levels):
        coder = self.reader.take(1)[0]
        if coder == 2:
            return _range_codes(self.reader.take(self.reader.count()), shape, levels)
        return _plain(self.reader, coder, _size(shape), levels)


def _plain(reader, coder, count, levels):
    """Codes that take the same bits each, or are the digits of bytes."""
    if coder == 0:
        width = (levels - 1).bit_length()
        bits = np.unpackbits(np.frombuffer(reader.take((count * width + 7) // 8), np.uint8), bitorder="little")
        return bits[: count * width].reshape(count, width) @ (1 << np.arange(width))
    if coder == 1:
        digits = max(digits for digits in range(1, 9) if levels**digits <= 256)
        data = np.frombuffer(reader.take(-(-count // digits)), np.uint8)
        return (data[:, None] // levels ** np.arange(digits) % levels).reshape(-1)[:count]
    raise QgtFileError(f"coder {coder}; this reader knows 0, 1 and 2")


_LOGISTIC = [
    *(32768, 40793, 47911, 53581, 57724, 60565, 62428, 63615, 64357, 64816, 65097, 65269, 65374, 65438, 65476),
    *(65500, 65514, 65523, 65528, 65531, 65533, 65534, 65535, 65535, 65536),
]


def _logistic(x):
    y = min(abs(x), 12 * 65536 - 1)
    k = y >> 15
    q = _LOGISTIC[k] + ((_LOGISTIC[k + 1] - _LOGISTIC[k]) * (y & 32767) >> 15)
    return 65536 - q if x < 0 else q


def _range_codes(data, shape, levels):
    """Codes of the coder `range`: each bit by a probability that is learned from the codes around it."""
    data = data + bytes(4)
    offset, at, span = int.from_bytes(data[:4], "big"), 4, 2**32 - 1
    width = (levels - 1).bit_length()
    first_shift = max(0, width - 4)
    dimensions = list(shape)
    while dimensions and dimensions[-1] == 1:
        dimensions.pop()
    last = dimensions[-1] if dimensions else 1
    steps, step = [], 1  # elements between neighbours, and the size, of the last four dimensions
    for source, size in enumerate(reversed(dimensions[-4:])):
        steps.append((source, step, size))
        step *= size
    columns, row = [1024] * last, 1024
    weights, patience, codes = {}, {}, []
    for i in range(_size(shape)):
        contexts = [0, 0, 0, 0, columns[i % last] >> 7, row >> 7]
        for source, step, size in steps:
            if i // step % size > 0:
                contexts[source] = 1 + (codes[i - step] >> first_shift)
        node = 1
        for left in range(width - 1, -1, -1):
            bit = 0
            if ((2 * node + 1) << left) - (1 << width) < levels:
                keys = [(source, node, context if node < 16 else -1) for source, context in enumerate(contexts)]
                q = _logistic(sum([weights.get(key, 0) for key in keys]))
                bound = (span >> 12) * min(4095, max(1, q >> 4))
                if offset < bound:
                    bit, span = 1, bound
                else:
                    span, offset = span - bound, offset - bound
                while span < 2**24:
                    span, offset = span << 8, offset << 8 | (data[at] if at < len(data) else 0)
                    at += 1
                error = 65536 * bit - q
                for key in keys:
                    patient = patience.get(key, 2 + 4 * node.bit_length())
                    change = abs(error) // patient
                    weights[key] = weights.get(key, 0) + (change if error > 0 else -change)
                    patience[key] = min(40, patient + 1)
            node = 2 * node + bit
        code = node - (1 << width)
        codes.append(code)
        distance = 255 * abs(2 * code - (levels - 1)) // (levels - 1)
        columns[i % last] += distance - (columns[i % last] >> 3)
        row += distance - (row >> 3)
    return np.array(codes, np.int64)


def _coded(entry, source):
    levels = entry["l"]
    if isinstance(levels, list):
        first, step, count = levels
        levels = np.array([first + k * step for k in range(count)], np.float32)
    else:
        levels = source.floats(levels)
    channels = _channels(entry)
    scale = source.floats(channels)
    offset = source.floats(channels) if entry.get("o") == 1 else None
    codes = source.codes(entry, len(levels))
    if codes.size and codes.max() >= len(levels):
        raise QgtFileError(f"{entry['n']}: a code beyond the last level")
    return codes.reshape(entry["s"]), levels, scale, offset


def _expand(entry, codes, levels, scale, offset):
    """float32(float32(scale * level) + offset), with a scale for each channel."""
    axes = entry.get("a", [])
    sizes = [size if axis in axes else 1 for axis, size in enumerate(entry["s"])]
    values = scale.reshape(sizes) * levels[codes]
    return values if offset is None else values + offset.reshape(sizes)


def _raw(entry, source):
    dtype, shape = entry.get("d", "float32"), entry["s"]
    if dtype == "float32":
        return source.floats(_size(shape)).reshape(shape)
    if dtype != "string":
        kind = np.dtype(DTYPES[dtype])
        return np.frombuffer(source.bytes(kind.itemsize * _size(shape)), kind).reshape(shape)
    data, texts = source.bytes(entry["b"]), []
    while data:
        length = int.from_bytes(data[:4], "little")
        texts.append(data[4 : 4 + length])
        data = data[4 + length :]
    return np.array(texts, object).reshape(shape)


def main(path, output=None):
    weights = read_qgt(path)["weights"]
    if output is not None:
        np.savez(output, **weights)
        return
    for name, values in weights.items():
        print(name, values.dtype, "x".join(map(str, values.shape)) or "scalar")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python3 read_qgt.py FILE.qgt [OUT.npz]")
    try:
        main(*sys.argv[1:])
    except QgtFileError as error:
        sys.exit(f"{sys.argv[1]}: {error}")
