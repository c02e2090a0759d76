"""Reads a .qgt file (docs/format.md, version 1) and prints what is in it as JSON.

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
    assert version == 1, "version"
    assert len(file) == 32 + length + data_length, "length"
    metadata, data = file[32 : 32 + length], file[32 + length :]
    assert zlib.crc32(metadata) == metadata_crc, "metadata checksum"
    assert zlib.crc32(data) == data_crc, "data checksum"
    text = zlib.decompress(metadata, wbits=-15)
    assert len(text) == inflated, "inflated length"
    return json.loads(text.decode("utf-8")), data


class Reader:
    def __init__(self, data):
        self.data, self.offset = data, 0

    def take(self, length):
        self.offset += length
        assert self.offset <= len(self.data), "beyond the data"
        return self.data[self.offset - length : self.offset]

    def floats(self, count):
        return list(struct.unpack("<%df" % count, self.take(4 * count)))


def read_raw(entry, reader):
    dtype = entry.get("d", "float32")
    size = {"float32": 4, "int32": 4, "bool": 1, "complex64": 8}.get(dtype)
    length = entry["b"] if size is None else size * math.prod(entry["s"])
    return {"name": entry["n"], "shape": entry["s"], "dtype": dtype, "values": reader.take(length).hex()}


def unpack_bits(data, count, levels):
    width = (levels - 1).bit_length()
    number = int.from_bytes(data, "little")
    return [(number >> (index * width)) % (1 << width) for index in range(count)]


def unpack_radix(data, count, levels):
    digits = digits_per_byte(levels)
    return [data[index // digits] // levels ** (index % digits) % levels for index in range(count)]


def digits_per_byte(levels):
    return max(digits for digits in range(1, 9) if levels**digits <= 256)


def bits_length(count, levels):
    return (count * (levels - 1).bit_length() + 7) // 8


def radix_length(count, levels):
    return -(-count // digits_per_byte(levels))


CODERS = {"bits": (bits_length, unpack_bits), "radix": (radix_length, unpack_radix)}


def read_codes(entry, reader):
    byte_length, unpack = CODERS[entry["c"]]
    shape, axes, levels = entry["s"], entry.get("a", []), entry["l"]
    if isinstance(levels, list):
        first, step, count = levels
        levels = [float32(first + k * step) for k in range(count)]
    else:
        levels = reader.floats(levels)
    channels = math.prod(shape[axis] for axis in axes)
    scale = reader.floats(channels)
    offset = reader.floats(channels) if entry.get("o") == 1 else None
    elements = math.prod(shape)
    codes = unpack(reader.take(byte_length(elements, len(levels))), elements, len(levels))
    inner = math.prod(shape[axes[-1] + 1 :]) if axes else elements
    values = []
    for i, code in enumerate(codes):
        channel = i // inner % channels
        value = float32(scale[channel] * levels[code])
        values.append(value if offset is None else float32(value + offset[channel]))
    return {
        "name": entry["n"],
        "shape": shape,
        "axes": axes,
        "codes": codes,
        "levels": hexadecimal(levels),
        "scale": hexadecimal(scale),
        **({} if offset is None else {"offset": hexadecimal(offset)}),
        "values": hexadecimal(values),
    }


def main(path):
    file = sys.stdin.buffer.read() if path == "-" else open(path, "rb").read()
    metadata, data = sections(file)
    reader = Reader(data)
    tensors = [(read_codes if "c" in entry else read_raw)(entry, reader) for entry in metadata["tensors"]]
    assert reader.offset == len(data), "data after the last tensor"
    print(json.dumps({**metadata, "tensors": tensors}, ensure_ascii=True))


main(sys.argv[1])
