#!/bin/bash
# What ./run promises beside the way that everything goes well. Uses a demo of its own without data.
cd "$(dirname "$0")/../.." || exit 1
folder=build/test/launcher
demo() { KONTOR_DEMO=$folder KONTOR_PORT=$1 timeout 300 ./run demo </dev/null >"$folder.log" 2>&1; }
check() { # NAME COMMAND…
  local name=$1
  shift
  if "$@"; then echo "ok launcher: $name"; else echo "not ok launcher: $name — $(tail -n 5 "$folder.log" | tr '\n' ' ')"; fi
}
holds() { grep -qF -- "$1" "${2:-$folder.log}"; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
value() { sed -n "s/^$1=//p" "$folder/env"; }

KONTOR_DEMO=$folder ./run stop >/dev/null
rm -rf "$folder"
mkdir -p "$folder"
touch "$folder/loaded" # nothing is loaded: these tests are about the server

taken=${KONTOR_URL##*:}
demo "$taken"
check 'a taken port ends with an error' test $? -ne 0
check 'it names the port' holds "Port $taken is taken"
check 'it says how to choose another one' holds "KONTOR_PORT=$((taken + 1)) ./run demo"

port=$(free_port)
demo "$port"
check 'demo starts' test $? -eq 0
check 'demo shows the address' holds "http://127.0.0.1:$port"
for name in KONTOR_URL KONTOR_USER KONTOR_PASSWORD KONTOR_API_KEY KONTOR_DSN KONTOR_PID; do
  check "env has $name" test -n "$(value $name)"
done
check 'env is for its owner only' test "$(stat -c %a "$folder/env")" = 600
check 'KONTOR_PID is kontord' holds kontord "/proc/$(value KONTOR_PID)/comm"
check 'KONTOR_DSN reaches the database' test "$(psql -XAtc 'SELECT 1' "$(value KONTOR_DSN)")" = 1
check 'durable settings are untouched' test "$(psql -XAtc "SELECT string_agg(setting, ' ' ORDER BY name) FROM pg_settings
  WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')" "$(value KONTOR_DSN)")" = 'on on on'

before=$(value KONTOR_PID)
key=$(value KONTOR_API_KEY)
demo "$port"
check 'demo again takes up what is there' test "$(value KONTOR_PID) $(value KONTOR_API_KEY)" = "$before $key"

KONTOR_DEMO=$folder ./run stop >/dev/null
check 'stop ends the server' test ! -e "/proc/$before"
check 'stop ends the database' test ! -e "$folder/postgres/postmaster.pid"
demo ''
check 'after a stop, demo has the same port and key' test "$(value KONTOR_URL) $(value KONTOR_API_KEY)" = "http://127.0.0.1:$port $key"
KONTOR_DEMO=$folder ./run stop >/dev/null

DISPLAY='' WAYLAND_DISPLAY='' ./run desktop >"$folder.log" 2>&1
check 'desktop without a screen is an error' test $? -ne 0
check 'it says what is missing' holds 'There is no screen here'
KONTOR_DEMO=$folder KONTOR_PORT= xvfb-run -a ./run desktop >"$folder.log" 2>&1 </dev/null &
opened=$!
window() { pgrep -f "$PWD/build/release/desktop/kontor-desktop" >/dev/null; }
for _ in $(seq 300); do
  window && break
  sleep 0.2
done
check 'desktop opens the client' window
check 'desktop starts the demo' test -e "/proc/$(value KONTOR_PID)"
pkill -f "$PWD/build/release/desktop/kontor-desktop"
wait $opened
KONTOR_DEMO=$folder ./run stop >/dev/null

./run nonsense >"$folder.log" 2>&1
check 'an unknown verb is an error' test $? -ne 0
check 'it shows the verbs' holds './run demo'
