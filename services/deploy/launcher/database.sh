# Private PostgreSQL clusters below build/: durable settings untouched, reached through a socket that only the owner
# of the cluster (and root) can open, so that nothing has to be secret and no port is taken.

postgres_programs=/usr/lib/postgresql/15/bin

# PostgreSQL refuses to run as root: then everything of a cluster belongs to the user postgres. Where that user cannot
# come to the clone (such as below /root), its processes are allowed to pass through.
as_owner() {
  if [ "$(id -u)" -ne 0 ]; then
    "$@"
  elif ! id postgres >/dev/null 2>&1; then
    "$@" # nothing of postgres can be here yet
  elif runuser -u postgres -- test -x "$root/build"; then
    runuser -u postgres -- "$@"
  else
    setpriv --reuid postgres --regid postgres --init-groups --inh-caps +dac_override --ambient-caps +dac_override "$@"
  fi
}

# A folder of the cluster's owner.
make_owned() {
  mkdir -p "$(dirname "$1")"
  if [ "$(id -u)" -eq 0 ]; then
    install -d -o postgres -g postgres -m 700 "$1"
  else
    install -d -m 700 "$1"
  fi
}

# The address of a socket may have 107 characters, and plain ones are easier on every client: other clones get a folder
# in /tmp.
socket_folder() {
  local cluster=$1
  if [ ${#cluster} -le 70 ] && [[ $cluster =~ ^[A-Za-z0-9/._-]+$ ]]; then
    printf '%s' "$cluster-socket"
  else
    printf '/tmp/kontor-%s' "$(cksum <<<"$cluster" | cut -d' ' -f1)"
  fi
}

# url CLUSTER DATABASE [USER]: a connection string.
url() {
  local sockets
  sockets=$(socket_folder "$1")
  printf 'postgresql://%s%s/%s' "${3:+$3@}" "${sockets//\//%2F}" "$2"
}

cluster_runs() {
  local pid
  pid=$(as_owner head -1 "$1/postmaster.pid" 2>/dev/null) && [ -d "/proc/$pid" ] &&
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = postgres ]
}

# start_cluster FOLDER [SETTING…]: creates it when it is not there. The superuser is kontor_admin.
start_cluster() {
  local cluster=$1 sockets setting
  shift
  sockets=$(socket_folder "$cluster")
  cluster_runs "$cluster" && return 0
  make_owned "$cluster"
  make_owned "$sockets"
  if ! as_owner test -e "$cluster/PG_VERSION"; then
    as_owner "$postgres_programs/initdb" --pgdata "$cluster" --username kontor_admin --auth trust --encoding UTF8 \
      --locale C.UTF-8 >"$(dirname "$cluster")/initdb.log" 2>&1 </dev/null ||
      fail "PostgreSQL could not make a cluster: $(cat "$(dirname "$cluster")/initdb.log")"
    {
      printf "listen_addresses = ''\nmax_connections = 300\n"
      for setting in "$@"; do printf '%s\n' "$setting"; done
    } | as_owner tee -a "$cluster/postgresql.conf" >/dev/null
  fi
  as_owner "$postgres_programs/pg_ctl" --pgdata "$cluster" --log "$cluster/start.log" --wait --timeout 60 --silent \
    --options "-k '$sockets' -p 5432" start \
    </dev/null >/dev/null 2>&1 ||
    fail "PostgreSQL did not start: $(as_owner tail -20 "$cluster/start.log")"
}

stop_cluster() {
  cluster_runs "$1" || return 0
  as_owner "$postgres_programs/pg_ctl" --pgdata "$1" --mode fast --wait --silent stop </dev/null >/dev/null
}

# create_database CLUSTER NAME: does nothing when it is there.
create_database() {
  local admin
  admin=$(url "$1" postgres kontor_admin)
  [ "$(psql -XAtqc "SELECT 1 FROM pg_database WHERE datname = '$2'" "$admin")" = 1 ] ||
    psql -Xqc "CREATE DATABASE $2" "$admin"
}
