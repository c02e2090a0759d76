#!/usr/bin/env bash
# Brings Python with pip for the test of the reader in Python: Debian's, where there is none yet.
set -euo pipefail

if python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then exit 0; fi
as_root=$([ "$(id -u)" = 0 ] || echo sudo)
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y python3 python3-venv
