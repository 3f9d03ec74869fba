# Measurements against PostgreSQL itself: the cluster, the data and the server are made here, tests/bench/bench.py
# measures. KONTOR_BENCH_CONTACTS makes a smaller set. What was loaded stays beside as the database "loaded", from which
# bench.py begins anew: no measurement pays for the rows that another has written.

bench_folder=build/bench

bench() {
  local cluster=$root/$bench_folder/postgres contacts=${KONTOR_BENCH_CONTACTS:-1000000} data=$bench_folder/data wanted port
  install_packages build run bench
  build kontord kontor kontor-desktop
  mkdir -p "$bench_folder"
  trap 'stop_server "$bench_folder"; stop_cluster "$root/$bench_folder/postgres"' EXIT
  wanted="$contacts $(cat */*/migrations/*.sql tests/bench/leads.sql | cksum)"
  if [ -e "$data/loaded" ] && [ "$(cat "$data/loaded")" != "$wanted" ]; then remove_bench; fi
  stage "Starting PostgreSQL in $bench_folder/postgres"
  stop_server "$bench_folder"
  # Durability as it comes; room for a million contacts; a log from which the measured statements are read.
  start_cluster "$cluster" "shared_buffers = 512MB" "max_wal_size = 4GB" "logging_collector = on" "log_destination = jsonlog"
  create_database "$cluster" kontor
  port=$(free_port)
  write_settings "$bench_folder" "$cluster" kontor "$port"
  printf 'log.requests = false\n' >>"$bench_folder/kontord.properties"
  "$kontord" --config "$bench_folder/kontord.properties" --migrate
  start_server "$bench_folder" "$port"
  sign_in "$bench_folder" "$cluster" "$port"
  # shellcheck source=/dev/null
  . "$bench_folder/env"
  if ! [ -e "$data/loaded" ]; then
    stage "Making $contacts contacts"
    python3 tests/data/generate.py --seed 1 --contacts "$contacts" --folder "$data" --format copy
    python3 tests/data/generate.py --seed 1 --contacts "$contacts" --folder "$data" --format csv
    stage "Loading them by COPY, as many leads, and VACUUM ANALYZE"
    psql -Xq -v ON_ERROR_STOP=1 -f "$data/load.sql" "$KONTOR_DSN"
    psql -Xq -v ON_ERROR_STOP=1 -v "count=$contacts" -f tests/bench/leads.sql "$KONTOR_DSN"
    psql -Xqc 'VACUUM ANALYZE' "$KONTOR_DSN"
    stop_server "$bench_folder"
    psql -Xq -v ON_ERROR_STOP=1 -c 'DROP DATABASE IF EXISTS loaded' -c 'CREATE DATABASE loaded TEMPLATE kontor' "$(url "$cluster" postgres kontor_admin)"
    start_server "$bench_folder" "$port"
    printf '%s' "$wanted" >"$data/loaded"
  fi
  stage "Measuring"
  KONTOR_BENCH_FOLDER=$bench_folder KONTOR_BENCH_CONTACTS=$contacts KONTORD=$kontord KONTOR=$kontor KONTOR_DESKTOP=$root/build/release/desktop/kontor-desktop \
    KONTOR_ADMIN_DSN=$(url "$cluster" postgres kontor_admin) KONTOR_BENCH_LOG=$cluster/log python3 tests/bench/bench.py "$@"
}

remove_bench() {
  stop_server "$bench_folder"
  stop_cluster "$root/$bench_folder/postgres"
  rm -rf "${bench_folder:?}"
  mkdir -p "$bench_folder"
}
