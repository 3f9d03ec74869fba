# Every test of every kind. Whatever a test is written in, its results end as lines "ok NAME" and "not ok NAME — why" in
# build/test/results, and these are what is counted:
#   *_test.cpp in tests/unit and tests/integration (Boost.Test); *_test.py there (unittest);
#   run_* in tests/style, tests/integration, tests/fault, tests/interop, tests/desktop and tests/docs, which print such lines themselves.

test_folder=build/test

test_everything() {
  mkdir -p "$test_folder/logs"
  : >"$test_folder/results"
  trap end_tests EXIT
  install_packages build run test
  if build; then
    record build <<<"ok build"
    run_tests "${1:-}"
    # Only the build has been counted: the pattern is mistyped, and that must not look like success.
    if [ "$(wc -l <"$test_folder/results")" -le 1 ]; then record pattern <<<"not ok pattern — no test's name contains ${1:-}"; fi
  else
    record build <<<"not ok build — see above"
  fi
  tests_complete=yes
}

# However the run ends, this is its end.
end_tests() {
  local status=$? passed failed
  trap - EXIT
  stop_demo_of_tests
  ! [ -d "$test_folder/postgres" ] || stop_cluster "$root/$test_folder/postgres"
  if [ -z "${tests_complete:-}" ]; then
    printf 'not ok run — it ended early, with status %d\n' $status >>"$test_folder/results"
  fi
  passed=$(grep -c '^ok ' "$test_folder/results" || true)
  failed=$(grep -c '^not ok ' "$test_folder/results" || true)
  [ "$failed" -eq 0 ] || printf '\nWhat failed:\n%s\n' "$(grep '^not ok ' "$test_folder/results")"
  stage "Done"
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ] || exit 1
  exit 0
}

run_tests() {
  local pattern=$1 file scripts=()
  for file in tests/unit/*_test.py tests/style/run_*; do
    if [[ $file == *"$pattern"* ]]; then run_script "$file"; fi
  done
  stop_demo_of_tests
  start_cluster "$root/$test_folder/postgres" "fsync = off"
  export KONTOR_BUILD=$root/build KONTOR_PROGRAMS=$root/build/release KONTOR_TEST_DSN
  KONTOR_TEST_DSN="host=$(socket_folder "$root/$test_folder/postgres") user=kontor_admin dbname=postgres"
  for file in build/release/tests/*_tests; do
    run_boost "$file" "$pattern"
  done
  for file in tests/integration/run_* tests/fault/run_*; do
    if [[ $file == *"$pattern"* ]]; then run_script "$file"; fi
  done
  for file in tests/interop/run_* tests/desktop/run_* tests/docs/run_*; do
    if [[ $file == *"$pattern"* ]]; then scripts+=("$file"); fi
  done
  [ ${#scripts[@]} -eq 0 ] || run_against_demo "${scripts[@]}"
}

# The scripts that need a server get one with demo data, made anew by ./run demo.
run_against_demo() {
  local folder=$test_folder/demo file
  rm -rf "${folder:?}"
  stage "Running ./run demo"
  if KONTOR_DEMO=$folder KONTOR_PORT=$(free_port) timeout 900 ./run demo </dev/null >"$test_folder/logs/demo" 2>&1; then
    record demo <<<"ok demo"
  else
    record demo <<<"not ok demo — $(tail -n 5 "$test_folder/logs/demo" | tr '\n' ' ')"
    return
  fi
  # shellcheck source=/dev/null
  . "$folder/env"
  # Commands in the documents mean this demo too, not the one that somebody may be using.
  export KONTOR_DEMO=$folder KONTOR_PORT=${KONTOR_URL##*:}
  for file in "$@"; do run_script "$file"; done
}

# record NAME: copies result lines from its input to the results; shows failures, and how many passed.
record() {
  local name=$1 line passed=0 failed=0
  while IFS= read -r line; do
    case $line in
      'ok '*) passed=$((passed + 1)) ;;
      'not ok '*)
        failed=$((failed + 1))
        printf '  %s\n' "$line"
        ;;
      *) continue ;;
    esac
    printf '%s\n' "$line" >>"$test_folder/results"
  done
  printf '  %s: %d passed, %d failed\n' "$name" $passed $failed
}

# The tests of a program of Boost.Test that a pattern chooses: by the name of the suite or of the test.
chosen_tests() {
  "$1" --list_content 2>&1 | awk -v pattern="$2" '
    { name = $1; sub(/\*$/, "", name) }
    /^[^ ]/ { suite = name; whole = index(name, pattern); if (whole) print "--run_test=" name; next }
    !whole && index(name, pattern) { print "--run_test=" suite "/" name }'
}

# A program of Boost.Test: one result for each test case.
run_boost() {
  local program=$1 pattern=$2 name log status=0 filter=()
  name=$(basename "$program")
  log=$test_folder/logs/$name
  if [[ $name != *"$pattern"* ]]; then
    mapfile -t filter < <(chosen_tests "$program" "$pattern")
    [ ${#filter[@]} -gt 0 ] || return 0
  fi
  stage "Running $name"
  rm -f "$log.xml"
  timeout 900 "$program" "${filter[@]}" --report_level=no --color_output=no \
    --logger="HRF,error,stdout:JUNIT,error,$log.xml" </dev/null >"$log" 2>&1 || status=$?
  head -c 20000 "$log"
  python3 "$root/services/deploy/launcher/boost_results.py" "$name" "$status" "$log.xml" | record "$name"
}

# A script that prints result lines, or a unittest file. One that ends badly without a failed result is a failure.
run_script() {
  local file=$1 name log status=0
  name=${file#tests/}
  log=$test_folder/logs/${name//\//_}
  stage "Running $name"
  case $file in
    *_test.py) timeout 900 python3 -B "$file" -v </dev/null >"$log.out" 2>&1 || status=$? ;;
    *) timeout 900 "$file" </dev/null >"$log.out" 2>"$log.err" || status=$? ;;
  esac
  case $file in
    *_test.py) sed -nE "s|^(test_[^ ]*).* \.\.\. ok\$|ok $name: \1|p; s|^(FAIL\|ERROR): ([^ ]*).*|not ok $name: \2 — see $log.out|p" "$log.out" >"$log.results" ;;
    *) grep -E '^(ok|not ok) ' "$log.out" >"$log.results" || true ;;
  esac
  if [ $status -ne 0 ] && ! grep -q '^not ok ' "$log.results"; then
    printf 'not ok %s — it ended with status %d: %s\n' "$name" $status "$(tail -n 5 "$log.err" "$log.out" 2>/dev/null | tr '\n' ' ')" >>"$log.results"
  elif [ ! -s "$log.results" ]; then
    printf 'not ok %s — it gave no result\n' "$name" >>"$log.results"
  fi
  record "$name" <"$log.results"
}

stop_demo_of_tests() {
  [ -d "$test_folder/demo" ] || return 0
  stop_server "$test_folder/demo"
  stop_cluster "$root/$test_folder/demo/postgres"
}
