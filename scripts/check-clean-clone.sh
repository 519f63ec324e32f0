#!/bin/sh
# Does what a newcomer does, with nothing but the repository: clone, npm ci, npm start, and the hello command that is
# printed. Fails unless it is answered. Needs the package registry; touches neither this checkout nor the real home.
#
#   scripts/check-clean-clone.sh [repository]      default: the repository this script lies in
set -eu

repository=$(cd "${1:-$(dirname "$0")/..}" && pwd)
patience_seconds=60
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })')
scratch=$(mktemp -d)
gateway_log=$scratch/gateway.log
gateway_pid=

# The gateway is asked to stop, given its time, and then ended: nothing of it may stay behind.
finish() {
  code=$?
  trap - EXIT INT TERM
  if [ -n "$gateway_pid" ]; then
    record=$scratch/home/.mayros/run/gateway.json
    inner=$(sed -n 's/^  "pid": \([0-9]*\),$/\1/p' "$record" 2>/dev/null || true)
    kill "${inner:-$gateway_pid}" 2>/dev/null || true
    seconds=0
    while kill -0 "$gateway_pid" 2>/dev/null && [ "$seconds" -lt 10 ]; do
      sleep 1
      seconds=$((seconds + 1))
    done
    if kill -0 "$gateway_pid" 2>/dev/null; then kill -9 ${inner:-} "$gateway_pid" 2>/dev/null || true; fi
  fi
  if [ "$code" -ne 0 ] && [ -f "$gateway_log" ]; then
    echo "--- output of the gateway" >&2
    cat "$gateway_log" >&2
  fi
  rm -rf "$scratch"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

step() {
  echo "clean clone: $*"
}

step "git clone $repository"
git clone --quiet "$repository" "$scratch/clone"
cd "$scratch/clone"

step "npm ci"
npm ci --no-audit --no-fund --loglevel=error

mkdir "$scratch/home"
step "npm start (port $port)"
HOME=$scratch/home npm start --silent -- --port "$port" >"$gateway_log" 2>&1 &
gateway_pid=$!

tenths=0
until grep -q 'ready in' "$gateway_log"; do
  if ! kill -0 "$gateway_pid" 2>/dev/null; then
    echo "the gateway ended before it was ready" >&2
    exit 1
  fi
  if [ "$tenths" -ge $((patience_seconds * 10)) ]; then
    echo "the gateway was not ready after $patience_seconds s" >&2
    exit 1
  fi
  sleep 0.1
  tenths=$((tenths + 1))
done

grep -q "listening on ws://127.0.0.1:$port" "$gateway_log"
grep -q 'read the token from gateway.auth.token' "$gateway_log"
hello=$(sed -n 's/.*say hello: //p' "$gateway_log")
step "$hello"
answer=$(HOME=$scratch/home sh -c "$hello")
case $answer in
  hello*) ;;
  *)
    echo "the hello was not answered: $answer" >&2
    exit 1
    ;;
esac
step "answered: $(printf '%s\n' "$answer" | head -n 1)"
