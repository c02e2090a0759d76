#!/usr/bin/env bash
# Runs a command under a major version of Node: the machine's own where that is the one, else npm's package `node`.
#
#   .ci/with-node.sh 22 npm test
#
# Exits 75 where the package can't be had.
set -euo pipefail
major=$1
shift

if [ "$(node -p 'process.versions.node.split(".")[0]')" != "$major" ]; then
  folder=${TMPDIR:-/tmp}/qgt-node-$major
  bin=$folder/node_modules/.bin
  if ! "$bin/node" --version >/dev/null 2>&1; then
    npm install --silent --no-save --no-fund --no-audit --prefix "$folder" "node@$major" >&2 || exit 75
    "$bin/node" --version >/dev/null || exit 75
  fi
  export PATH=$bin:$PATH
fi
exec "$@"
