# The desktop client, signed in to the demo.

desktop() {
  local folder=${KONTOR_DEMO:-build/demo}
  [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || fail "There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set.
Run ./run desktop in a graphical session, or over ssh -X."
  install_packages build run
  build kontord kontor kontor-desktop
  start_demo "$folder" "${KONTOR_PORT:-}"
  stage "Opening the desktop client"
  # The key goes by the environment, which other users cannot read; arguments they could.
  # shellcheck source=/dev/null
  . "$folder/env"
  # The administrator's password and the database are nothing to it.
  exec env -u KONTOR_PASSWORD -u KONTOR_DSN "$root/build/release/desktop/kontor-desktop"
}
