#!/bin/bash
# Every C++ file has the form that .clang-format prescribes.
cd "$(dirname "$0")/../.." || exit 1
mapfile -t files < <(git ls-files 'shared/*.cpp' 'shared/*.h' 'services/*.cpp' 'services/*.h' 'desktop/*.cpp' 'desktop/*.h' 'tests/*.cpp' 'tests/*.h' | grep -v '\.gsoap\.h$')
wrong=$(clang-format --dry-run "${files[@]}" 2>&1 | sed -n 's/^\([^:]*\):[0-9].*/\1/p' | sort -u)
if [ -z "$wrong" ]; then
  echo "ok clang-format: ${#files[@]} files"
else
  while read -r file; do echo "not ok clang-format: $file — clang-format -i $file"; done <<<"$wrong"
fi
