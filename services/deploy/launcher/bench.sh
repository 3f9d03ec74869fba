# Measurements against PostgreSQL itself: the cluster, the data and the server are made here, tests/bench/bench.py
# measures. KONTOR_BENCH_CONTACTS makes a smaller set.

bench_folder=build/bench

bench() {
  local cluster=$root/$bench_folder/postgres contacts=${KONTOR_BENCH_CONTACTS:-1000000} data=$bench_folder/data
  install_packages build run bench
  build kontord kontor
  mkdir -p "$bench_folder"
  trap 'stop_server "$bench_folder"; stop_cluster "$root/$bench_folder/postgres"' EXIT
  if [ -e "$data/complete" ] && [ "$(cat "$data/complete")" != "$contacts" ]; then remove_bench; fi
  stage "Starting PostgreSQL in $bench_folder/postgres"
  stop_server "$bench_folder"
  # Durability as it comes; room for a million contacts; a log from which the measured statements are read.
  start_cluster "$cluster" "shared_buffers = 512MB" "max_wal_size = 4GB" "logging_collector = on" "log_destination = jsonlog"
  create_database "$cluster" kontor
  write_settings "$bench_folder" "$cluster" kontor "$(free_port)"
  printf 'log.requests = false\n' >>"$bench_folder/kontord.properties"
  "$kontord" --config "$bench_folder/kontord.properties" --migrate
  start_server "$bench_folder" "$(sed -n 's/^http.port = //p' "$bench_folder/kontord.properties")"
  sign_in "$bench_folder" "$cluster" "$(sed -n 's/^http.port = //p' "$bench_folder/kontord.properties")"
  # shellcheck source=/dev/null
  . "$bench_folder/env"
  if ! [ -e "$data/loaded" ]; then
    stage "Making $contacts contacts"
    python3 tests/data/generate.py --seed 1 --contacts "$contacts" --folder "$data" --format copy
    python3 tests/data/generate.py --seed 1 --contacts "$contacts" --folder "$data" --format csv
    stage "Loading them by COPY, and VACUUM ANALYZE"
    psql -Xq -v ON_ERROR_STOP=1 -f "$data/load.sql" "$KONTOR_DSN"
    psql -Xqc 'VACUUM ANALYZE' -c CHECKPOINT "$KONTOR_DSN"
    printf '%s' "$contacts" >"$data/complete"
    touch "$data/loaded"
  fi
  stage "Measuring"
  KONTOR_BENCH_FOLDER=$bench_folder KONTOR_BENCH_CONTACTS=$contacts KONTORD=$kontord KONTOR=$kontor \
    KONTOR_ADMIN_DSN=$(url "$cluster" postgres kontor_admin) KONTOR_BENCH_LOG=$cluster/log python3 tests/bench/bench.py "$@"
}

remove_bench() {
  stop_server "$bench_folder"
  stop_cluster "$root/$bench_folder/postgres"
  rm -rf "${bench_folder:?}"
  mkdir -p "$bench_folder"
}
