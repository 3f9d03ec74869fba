#!/bin/bash
# What the install step puts in place is whole, and works from there.
cd "$(dirname "$0")/../.." || exit 1
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
check() { # NAME COMMAND…
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then echo "ok install: $name"; else echo "not ok install: $name — $(tail -n 5 <<<"$output" | tr '\n' ' ')"; fi
}

check 'cmake --install' cmake --install "${KONTOR_PROGRAMS:?}" --prefix "$place"
entry=$place/share/applications/kontor.desktop
check 'the desktop entry is valid' desktop-file-validate "$entry"
check 'what software centres are told is valid' appstreamcli validate --no-net "$place/share/metainfo/kontor.metainfo.xml"
value() { sed -n "s/^$1=//p" "$entry"; }
check 'the entry names a program that is there' test -x "$place/bin/$(value Exec)"
check 'and an icon that is there' xmllint --noout "$place/share/icons/hicolor/scalable/apps/$(value Icon).svg"
check 'the program starts' env HOME="$place" QT_QPA_PLATFORM=offscreen "$place/bin/kontor-desktop" --help
for program in kontord kontor; do
  check "$program is installed" "$place/bin/$program" --version
done
