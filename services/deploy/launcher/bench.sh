# Measurements: tests/bench/bench.py holds kontord against PostgreSQL itself.

bench() {
  install_packages build run bench
  build kontord kontor
  python3 tests/bench/bench.py "$@"
}
