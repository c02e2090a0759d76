#!/usr/bin/env bash
# Brings a Redis server for the tests of queues: Debian's, where there is none yet. Tests start and end their own.
set -euo pipefail

if command -v redis-server >/dev/null 2>&1; then exit 0; fi
as_root=$([ "$(id -u)" = 0 ] || echo sudo)
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y redis-server
