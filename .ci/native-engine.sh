#!/usr/bin/env bash
# Brings tfjs-node into working order for the tests, from the libtensorflow that the tensorflow-cpu wheel carries,
# since tfjs-node's own download fails behind many firewalls.
set -euo pipefail
cd "$(dirname "$0")/.."
works() {
  node -e "
    const util = require('util');
    util.isNullOrUndefined ??= (value) => value == null;
    util.isArray ??= Array.isArray;
    const tf = require('@tensorflow/tfjs-node');
    if (tf.matMul(tf.eye(2), tf.eye(2)).dataSync()[0] !== 1) process.exit(1);" >/dev/null 2>&1
}
if works; then exit 0; fi

need() {
  command -v "$1" >/dev/null 2>&1 && return
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$2"
}
need python3 python3
need unzip unzip
need make make
need g++ g++
python3 -m pip --version >/dev/null 2>&1 || need pip3 python3-pip

npm install --no-save --no-package-lock --ignore-scripts "@tensorflow/tfjs-node@4.22.0"
wheel=$(mktemp -d)
trap 'rm -rf "$wheel"' EXIT
python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.11 --platform manylinux2014_x86_64 \
  --platform manylinux_2_17_x86_64 -d "$wheel" tensorflow-cpu==2.15.1
unzip -q "$wheel"/*.whl 'tensorflow/libtensorflow*' 'tensorflow/include/tensorflow/c/*' \
  'tensorflow/include/tensorflow/core/platform/*' 'tensorflow/include/tsl/*' -d "$wheel"
binding=node_modules/@tensorflow/tfjs-node
mkdir -p "$binding/deps/lib" "$binding/deps/include"
cp -r "$wheel"/tensorflow/include/* "$binding/deps/include/"
cp "$wheel"/tensorflow/libtensorflow_cc.so.2 "$wheel"/tensorflow/libtensorflow_framework.so.2 "$binding/deps/lib/"
ln -sf libtensorflow_cc.so.2 "$binding/deps/lib/libtensorflow.so"
ln -sf libtensorflow_cc.so.2 "$binding/deps/lib/libtensorflow.so.2"
ln -sf libtensorflow_framework.so.2 "$binding/deps/lib/libtensorflow_framework.so"
(cd "$binding" && npx node-pre-gyp install --build-from-source)
works
