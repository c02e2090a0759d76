"""Prints the arrays of an .npz file (standard input) as JSON: name -> shape, dtype and bytes in hexadecimal.

NumPy reads it where it is installed, else zipfile and what numpy.lib.format says of the header.
"""

import ast
import io
import json
import struct
import sys
import zipfile

try:
    import numpy
except ImportError:
    numpy = None

NAMES = {"f4": "float32", "i4": "int32", "b1": "bool", "c8": "complex64"}


def by_numpy(file):
    with numpy.load(io.BytesIO(file)) as arrays:
        return {
            name: {"shape": array.shape, "dtype": str(array.dtype), "bytes": array.tobytes().hex()}
            for name, array in arrays.items()
        }


def by_hand(file):
    archive = zipfile.ZipFile(io.BytesIO(file))
    assert archive.testzip() is None, "checksum"
    return {name[: -len(".npy")]: read_npy(archive.read(name)) for name in archive.namelist()}


def read_npy(data):
    assert data[:8] == b"\x93NUMPY\x01\x00", "magic"
    (length,) = struct.unpack("<H", data[8:10])
    header = ast.literal_eval(data[10 : 10 + length].decode("latin1"))
    assert header["fortran_order"] is False and header["descr"][0] in "<|"
    return {
        "shape": header["shape"],
        "dtype": NAMES[header["descr"][1:]],
        "bytes": data[10 + length :].hex(),
    }


print(json.dumps((by_numpy if numpy else by_hand)(sys.stdin.buffer.read())))
