# What the launcher says: stages with the time they begin at, plain lines, and why it stops.

say() { printf '%s\n' "$*"; }

stage() {
  printf '\n[%3d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"
}

fail() {
  printf '\n%s\n' "$*" >&2
  exit 1
}
