# kontord in the background. A server has a folder below build/ with its settings, log, process id and, once it has
# been signed in to, env: what a client needs.

# shellcheck disable=SC2034 # the other parts use these
kontord=build/release/services/kontord/kontord
kontor=build/release/services/cli/kontor

port_is_taken() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
  local port
  for port in $(shuf -i 20000-32000 -n 50); do
    if ! port_is_taken "$port"; then
      printf '%s' "$port"
      return
    fi
  done
}

server_runs() {
  local pid
  pid=$(cat "$1/kontord.pid" 2>/dev/null) && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = kontord ]
}

# The settings of a server: write_settings FOLDER CLUSTER DATABASE PORT
write_settings() {
  (umask 077 && cat >"$1/kontord.properties") <<END
# Written by ./run; kontord --print-settings explains these and the others.
targets = all
http.address = 127.0.0.1
http.port = $4
http.publicUrl = http://127.0.0.1:$4
database.url = $(url "$2" "$3")
database.adminUrl = $(url "$2" "$3" kontor_admin)
log.file = $root/$1/kontord.log
END
}

# start_server FOLDER PORT: waits until it is ready.
start_server() {
  local folder=$1 port=$2 pid start=$SECONDS
  setsid "$kontord" --config "$folder/kontord.properties" </dev/null >>"$folder/kontord.out" 2>&1 &
  pid=$!
  printf '%s\n' "$pid" >"$folder/kontord.pid"
  until curl -fsS -o /dev/null "http://127.0.0.1:$port/readyz" 2>/dev/null; do
    if [ ! -d "/proc/$pid" ] || [ $((SECONDS - start)) -ge 60 ]; then
      stop_server "$folder"
      fail "kontord did not become ready: $(tail -n 20 "$folder/kontord.out" "$folder/kontord.log" 2>/dev/null)"
    fi
    sleep 0.05
  done
}

port_message() {
  local owner=
  ! command -v ss >/dev/null ||
    owner=$(ss -Hltnp "sport = :$1" 2>/dev/null | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/: \1, process \2/p' | head -1)
  printf 'Port %s is taken by another program%s. Choose another one, such as: KONTOR_PORT=%s ./run demo' \
    "$1" "$owner" $(($1 + 1))
}

stop_server() {
  local pid waited=0
  if server_runs "$1"; then
    pid=$(cat "$1/kontord.pid")
    kill "$pid" 2>/dev/null || true
    while [ -d "/proc/$pid" ] && [ $waited -lt 300 ]; do
      sleep 0.1
      waited=$((waited + 1))
    done
    kill -9 "$pid" 2>/dev/null || true
  fi
  rm -f "$1/kontord.pid"
}

# request METHOD PATH BODY as the administrator: the answer's body; fails on an error status.
request() {
  curl -sS --fail-with-body --max-time 60 -X "$1" "$KONTOR_URL$2" -H 'Content-Type: application/json' --data-binary "$3" \
    --config - <<<"user = \"$KONTOR_USER:$KONTOR_PASSWORD\""
}
