#!/bin/sh
# The served OpenAPI document: a public linter finds no error in it, and a client that a public generator made of it works.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${KONTOR_BUILD:-$here/../../build}/interop/rest_generated
mkdir -p "$work"
cp "$here/rest_generated/package.json" "$here/rest_generated/package-lock.json" "$here/rest_generated/tsconfig.json" "$work/"
cd "$work"
if ! [ -e node_modules ] || ! cmp -s package-lock.json node_modules/.installed; then
  if ! npm ci --no-audit --no-fund --ignore-scripts >npm.log 2>&1; then
    echo "not ok rest_generated: npm packages — $(tail -3 npm.log | tr '\n' ' ')"
    exit 1
  fi
  cp package-lock.json node_modules/.installed
fi
curl -sSf --max-time 30 "$KONTOR_URL/api/openapi.json" -o openapi.json || { echo 'not ok openapi: served — no answer'; exit 1; }
failed=0
if REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true node node_modules/@redocly/cli/bin/cli.js lint openapi.json --format=stylish >lint.log 2>&1; then
  echo 'ok openapi: the linter finds no error'
else
  failed=1
  echo "not ok openapi: the linter finds no error — $(grep -v '^$' lint.log | head -5 | tr '\n' ' ')"
fi
rm -rf generated client
if node node_modules/openapi-typescript-codegen/bin/index.js --input openapi.json --output generated --client fetch --useOptions >generate.log 2>&1 &&
  node node_modules/typescript/bin/tsc -p tsconfig.json >>generate.log 2>&1; then
  echo 'ok openapi: a client is generated from it'
else
  echo "not ok openapi: a client is generated from it — $(head -5 generate.log | tr '\n' ' ')"
  exit 1
fi
echo '{"type":"commonjs"}' >client/package.json
node "$here/rest_generated/client.cjs" client || failed=1
exit $failed
