# Installing what is missing, from services/deploy/packages.txt.

# Lines "package reason" of the groups named that are neither installed nor replaced by a command that is there.
missing_packages() {
  local group name reason package command
  local -A wanted installed
  for group in "$@"; do wanted[$group]=1; done
  while read -r name state; do
    [ "$state" != installed ] || installed[${name%%:*}]=1
  done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n')
  while read -r group name reason; do
    case $group in '#'* | '') continue ;; esac
    [ -n "${wanted[$group]:-}" ] || continue
    package=${name%%|*}
    command=${name#"$package"}
    command=${command#|}
    if [ -z "${installed[$package]:-}" ] && { [ -z "$command" ] || ! command -v "$command" >/dev/null; }; then
      printf '%s %s\n' "$package" "$reason"
    fi
  done <"$root/services/deploy/packages.txt" | sort -u -k1,1
}

# install_packages GROUP…: says what is missing and why, and installs it.
install_packages() {
  local missing packages become=()
  command -v apt-get >/dev/null || fail "This launcher installs packages with apt, which is not here. It is made for Debian 12;
elsewhere install what services/deploy/packages.txt names and build with cmake --preset release."
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  stage "Installing what is missing, with apt"
  awk '{ package = $1; $1 = ""; printf "  %-26s%s\n", package, $0 }' <<<"$missing"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "Installing needs root, and there is no sudo. As root:
  apt-get install --no-install-recommends $(awk '{ printf "%s ", $1 }' <<<"$missing")"
    become=(sudo)
  fi
  mapfile -t packages < <(awk '{ print $1 }' <<<"$missing")
  "${become[@]}" apt-get update -q </dev/null
  "${become[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends -o Dpkg::Use-Pty=0 "${packages[@]}" </dev/null
}
