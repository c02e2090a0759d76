#!/usr/bin/env bash
# Brings the native engine into working order for the tests, as a user would: with `qgt setup`, after the Debian packages
# that it asks for.
set -euo pipefail
cd "$(dirname "$0")/.."

need() {
  command -v "$1" >/dev/null 2>&1 && return
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$2"
}
need python3 python3
need make make
need g++ g++
python3 -m pip --version >/dev/null 2>&1 || need pip3 python3-pip

node bin/qgt.js setup
