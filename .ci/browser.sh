#!/usr/bin/env bash
# Brings a Chromium for the tests of what a browser shows: Debian's, where there is none yet.
set -euo pipefail

for name in "${QGT_CHROMIUM:-chromium}" chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
as_root=$([ "$(id -u)" = 0 ] || echo sudo)
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium
