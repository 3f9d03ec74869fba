# Building with a preset of CMakePresets.json.

# Compilers at the same time: one for each core, but no more than memory allows at 1.5 GB each.
compilers() {
  local cores gigabytes
  cores=$(nproc)
  gigabytes=$(awk '/^MemAvailable/ { print int($2 / 1572864) }' /proc/meminfo)
  [ "$gigabytes" -ge 1 ] || gigabytes=1
  printf '%s' "${KONTOR_JOBS:-$((cores < gigabytes ? cores : gigabytes))}"
}

# build TARGET…: the release build of these targets; of all without any.
build() {
  local log=build/release/configure.log targets=()
  stage "Building ${*:-everything} (release, $(compilers) at a time)"
  [ $# -eq 0 ] || targets=(--target "$@")
  mkdir -p build/release
  if ! cmake --preset release >"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
  # Paths relative to the clone: another clone, or a copy of it, finds what has been compiled already.
  CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros NINJA_STATUS='  [%f/%t, %es] ' \
    cmake --build --preset release --parallel "$(compilers)" "${targets[@]}"
}
