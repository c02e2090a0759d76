"""Reads a .qgt file (docs/format.md, versions 1 and 2) and prints what is in it as JSON.

Written from that page alone, as a second opinion on src/pack: usage `python3 decode.py FILE`, or - for stdin.
Floats are printed as their float32 bits in hexadecimal, so that nothing is rounded on the way.
"""

import json
import math
import struct
import sys
import zlib


def float32(number):
    return struct.unpack("<f", struct.pack("<f", number))[0]


def hexadecimal(numbers):
    return struct.pack("<%df" % len(numbers), *numbers).hex()


def sections(file):
    magic, version, length, inflated, metadata_crc, data_length, data_crc, header_crc = struct.unpack(
        "<4s7I", file[:32]
    )
    assert magic == b"\x89QGT", "magic"
    assert zlib.crc32(file[:28]) == header_crc, "header checksum"
    assert version in (1, 2), "version"
    assert len(file) == 32 + length + data_length, "length"
    metadata, data = file[32 : 32 + length], file[32 + length :]
    assert zlib.crc32(metadata) == metadata_crc, "metadata checksum"
    assert zlib.crc32(data) == data_crc, "data checksum"
    text = zlib.decompress(metadata, wbits=-15)
    assert len(text) == inflated, "inflated length"
    return version, json.loads(text.decode("utf-8")), data


class Reader:
    def __init__(self, data):
        self.data, self.offset = data, 0

    def take(self, length):
        self.offset += length
        assert self.offset <= len(self.data), "beyond the data"
        return self.data[self.offset - length : self.offset]

    def count(self):
        number, shift = 0, 0
        while True:
            byte = self.take(1)[0]
            number |= (byte & 127) << shift
            if byte < 128:
                return number
            shift += 7


# Coders: codes of a shape and a number of levels.


def code_width(levels):
    return (levels - 1).bit_length()


def unpack_bits(data, shape, levels):
    width, count = code_width(levels), math.prod(shape)
    number = int.from_bytes(data, "little")
    return [(number >> (index * width)) % (1 << width) for index in range(count)]


def unpack_radix(data, shape, levels):
    digits = digits_per_byte(levels)
    return [data[i // digits] // levels ** (i % digits) % levels for i in range(math.prod(shape))]


def digits_per_byte(levels):
    return max(digits for digits in range(1, 9) if levels**digits <= 256)


def bits_length(shape, levels):
    return (math.prod(shape) * code_width(levels) + 7) // 8


def radix_length(shape, levels):
    return -(-math.prod(shape) // digits_per_byte(levels))


LOGISTIC = [
    *(32768, 40793, 47911, 53581, 57724, 60565, 62428, 63615, 64357, 64816, 65097, 65269, 65374, 65438, 65476),
    *(65500, 65514, 65523, 65528, 65531, 65533, 65534, 65535, 65535, 65536),
]


class RangeDecoder:
    def __init__(self, data):
        self.data, self.at, self.offset, self.range = data, 0, 0, 2**32 - 1
        for _ in range(4):
            self.shift()

    def shift(self):
        byte = self.data[self.at] if self.at < len(self.data) else 0
        self.offset, self.at = self.offset * 256 + byte, self.at + 1

    def bit(self, probability):
        bound = self.range // 4096 * probability
        bit = 1 if self.offset < bound else 0
        if bit:
            self.range = bound
        else:
            self.range -= bound
            self.offset -= bound
        while self.range < 2**24:
            self.range *= 256
            self.shift()
        return bit


def logistic(x):
    y = min(abs(x), 12 * 65536 - 1)
    k = y // 32768
    q = LOGISTIC[k] + (LOGISTIC[k + 1] - LOGISTIC[k]) * (y % 32768) // 32768
    return 65536 - q if x < 0 else q


def truncated(numerator, denominator):
    quotient = abs(numerator) // denominator
    return -quotient if numerator < 0 else quotient


def unpack_range(data, shape, levels):
    decoder = RangeDecoder(data)
    width = code_width(levels)
    dimensions = list(shape)
    while dimensions and dimensions[-1] == 1:
        dimensions.pop()
    last = dimensions[-1] if dimensions else 1
    steps = []  # (elements in a step, size of the dimension), the last dimension first
    for size in reversed(dimensions[-4:]):
        steps.append((steps[-1][0] * steps[-1][1] if steps else 1, size))
    columns, row = [1024] * last, 1024
    weights, patience, codes = {}, {}, []
    for i in range(math.prod(shape)):
        contexts = [0] * 4
        for source, (step, size) in enumerate(steps):
            if i // step % size > 0:
                contexts[source] = 1 + (codes[i - step] >> max(0, width - 4))
        contexts += [columns[i % last] // 128, row // 128]
        node = 1
        for left in reversed(range(width)):
            bit = 0
            if ((node * 2 + 1) << left) - (1 << width) < levels:
                keys = [(source, node, context if node < 16 else None) for source, context in enumerate(contexts)]
                q = logistic(sum(weights.get(key, 0) for key in keys))
                bit = decoder.bit(min(4095, max(1, q // 16)))
                for key in keys:
                    patient = patience.get(key, 6 + 4 * (node.bit_length() - 1))
                    weights[key] = weights.get(key, 0) + truncated(65536 * bit - q, patient)
                    patience[key] = min(40, patient + 1)
            node = node * 2 + bit
        codes.append(node - (1 << width))
        distance = 255 * abs(2 * codes[-1] - (levels - 1)) // (levels - 1)
        columns[i % last] += distance - columns[i % last] // 8
        row += distance - row // 8
    assert decoder.at >= len(data), "bytes after the last code"
    return codes


def read_codes(reader, shape, levels):
    coder = reader.take(1)[0]
    if coder == 0:
        return unpack_bits(reader.take(bits_length(shape, levels)), shape, levels)
    if coder == 1:
        return unpack_radix(reader.take(radix_length(shape, levels)), shape, levels)
    assert coder == 2, "coder"
    return unpack_range(reader.take(reader.count()), shape, levels)


def read_bytes(reader, count):
    if count == 0:
        return b""
    lowest, last = reader.take(2)
    return bytes(lowest + code for code in read_codes(reader, [count], last + 1))


def read_floats(reader, count):
    numbers = []
    for byte in zip(*(read_bytes(reader, count) for _ in range(4))):
        word = int.from_bytes(byte, "big")
        numbers.append((word >> 24) << 23 | (word >> 23 & 1) << 31 | word & 0x7FFFFF)
    return [struct.pack("<I", number) for number in numbers]


# Tensors: `floats` hands out float32s as their bytes, `other` bytes of a dtype, `codes` codes.


def channels_of(entry):
    return math.prod(entry["s"][axis] for axis in entry.get("a", []))


def byte_count(entry):
    size = {"int32": 4, "bool": 1, "complex64": 8}.get(entry["d"])
    return entry["b"] if size is None else size * math.prod(entry["s"])


def read_raw(entry, floats, other):
    values = other(byte_count(entry)) if "d" in entry else b"".join(floats(math.prod(entry["s"])))
    return {"name": entry["n"], "shape": entry["s"], "dtype": entry.get("d", "float32"), "values": values.hex()}


def read_coded(entry, floats, codes):
    shape, axes, levels = entry["s"], entry.get("a", []), entry["l"]
    numbers = lambda count: [struct.unpack("<f", each)[0] for each in floats(count)]
    if isinstance(levels, list):
        first, step, count = levels
        levels = [float32(first + k * step) for k in range(count)]
    else:
        levels = numbers(levels)
    channels = channels_of(entry)
    scale = numbers(channels)
    offset = numbers(channels) if entry.get("o") == 1 else None
    elements = math.prod(shape)
    found = codes(entry, len(levels))
    inner = math.prod(shape[axes[-1] + 1 :]) if axes else elements
    values = []
    for i, code in enumerate(found):
        channel = i // inner % channels
        value = float32(scale[channel] * levels[code])
        values.append(value if offset is None else float32(value + offset[channel]))
    return {
        "name": entry["n"],
        "shape": shape,
        "axes": axes,
        "codes": found,
        "levels": hexadecimal(levels),
        "scale": hexadecimal(scale),
        **({} if offset is None else {"offset": hexadecimal(offset)}),
        "values": hexadecimal(values),
    }


def read_tensors(entries, reader, floats, other, codes):
    tensors = []
    for entry in entries:
        if "r" in entry:
            tensors.append({**tensors[entry["r"]], "name": entry["n"]})
        elif "l" in entry:
            tensors.append(read_coded(entry, floats, codes))
        else:
            tensors.append(read_raw(entry, floats, other))
    return tensors


def read_version_1(entries, reader):
    coders = {"bits": (bits_length, unpack_bits), "radix": (radix_length, unpack_radix)}

    def codes(entry, levels):
        length, unpack = coders[entry["c"]]
        return unpack(reader.take(length(entry["s"], levels)), entry["s"], levels)

    return read_tensors(
        entries, reader, lambda count: [reader.take(4) for _ in range(count)], reader.take, codes
    )


def float_count(entry):
    if "r" in entry:
        return 0
    if "l" not in entry:
        return 0 if "d" in entry else math.prod(entry["s"])
    levels = 0 if isinstance(entry["l"], list) else entry["l"]
    return levels + channels_of(entry) * (2 if entry.get("o") == 1 else 1)


def read_version_2(entries, reader):
    numbers = iter(read_floats(reader, sum(float_count(entry) for entry in entries)))
    return read_tensors(
        entries,
        reader,
        lambda count: [next(numbers) for _ in range(count)],
        lambda count: read_bytes(reader, count),
        lambda entry, levels: read_codes(reader, entry["s"], levels),
    )


def main(path):
    file = sys.stdin.buffer.read() if path == "-" else open(path, "rb").read()
    version, metadata, data = sections(file)
    reader = Reader(data)
    tensors = (read_version_1 if version == 1 else read_version_2)(metadata["tensors"], reader)
    assert reader.offset == len(data), "data after the last tensor"
    print(json.dumps({**metadata, "tensors": tensors}, ensure_ascii=True))


main(sys.argv[1])
