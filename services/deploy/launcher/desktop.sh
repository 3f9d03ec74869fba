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

# The pictures of the documentation, on a screen of their own.
screenshots() {
  local folder=${KONTOR_DEMO:-build/demo} home
  install_packages build run test
  build kontord kontor desktop_screenshots_test
  start_demo "$folder" "${KONTOR_PORT:-}"
  stage "Making the pictures of docs/images"
  # shellcheck source=/dev/null
  . "$folder/env"
  home=$(mktemp -d)
  mkdir -p docs/images
  HOME=$home XDG_RUNTIME_DIR=$home LC_ALL=C.UTF-8 KONTOR_IMAGES=$root/docs/images \
    xvfb-run -a -s '-screen 0 1440x900x24' "$root/build/release/tests/desktop/desktop_screenshots_test" >"$home/log" 2>&1 ||
    fail "The pictures could not be made: $(tail -n 20 "$home/log")"
  rm -rf "$home"
  ls docs/images
}
