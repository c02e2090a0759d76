#!/usr/bin/env bash
# Brings gcc and valgrind for the tests of what is exported to C: Debian's, where there are none yet.
set -euo pipefail

need() {
  command -v "$1" >/dev/null 2>&1 && return
  as_root=$([ "$(id -u)" = 0 ] || echo sudo)
  $as_root apt-get update -qq
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$2"
}
need gcc gcc
need nm binutils
need valgrind valgrind
