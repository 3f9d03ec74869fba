#!/bin/sh
# The documents that the server hands out, before any server: the house rules, the frozen copies, WS-I Basic Profile 1.1,
# and whether old and new toolkits can make a client from them. Needs no server; with one at KONTOR_URL, its documents are
# held against these too.
# Debian: libxml2-utils, mono-devel, jaxws, libaxis-java, default-jdk-headless, gsoap, python3-zeep, php-cli, php-soap.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${KONTOR_BUILD:-$root/build}/interop/wsdl
rm -rf "$work"
mkdir -p "$work"
failed=0

# check NAME COMMAND…: one line for a command that must succeed and say nothing of errors.
check() {
  name=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    echo "ok $name"
  else
    echo "not ok $name — $(grep -im3 -e error -e exception "$work/log" | tr '\n' ' ' | cut -c1-400)"
    failed=1
  fi
}

python3 -B "$root/shared/contract/generate.py" "$root/wsdl" "$work" || exit 1
for folder in "$work"/wsdl/*/; do
  python3 -B "$here/check_house_rules.py" "$folder" || failed=1
done
python3 -B "$here/check_house_rules_test.py" "$work/wsdl/0" || failed=1
python3 -B "$here/check_released.py" "$root/wsdl/released" "$work/wsdl" || failed=1
level=$(ls "$work/wsdl" | sort -n | tail -1)
cd "$work/wsdl/$level" || exit 1
services=$(ls ./*.wsdl | sed 's|^\./||; s|\..*||' | sort -u)

if mcs -nologo -r:System.Web.Services -out:"$work/Conformance.exe" "$here/bp11/Conformance.cs" >"$work/log" 2>&1; then
  for service in $services; do
    mono "$work/Conformance.exe" "$service.wsdl" || failed=1
  done
  mkdir -p "$work/spoilt" && cp ./*.xsd "$work/spoilt"
  sed '0,/use="literal"/s//use="encoded"/' contact.wsdl >"$work/spoilt/contact.wsdl"
  if mono "$work/Conformance.exe" "$work/spoilt/contact.wsdl" >"$work/log" 2>&1; then
    echo "not ok WS-I Basic Profile 1.1: the checker objects to a spoilt WSDL — it did not"
    failed=1
  else
    echo "ok WS-I Basic Profile 1.1: the checker objects to a spoilt WSDL"
  fi
else
  echo "not ok WS-I Basic Profile 1.1 — the checker is not built: $(tail -1 "$work/log")"
  failed=1
fi

axis=
for jar in axis jaxrpc saaj wsdl4j commons-logging commons-discovery javax.activation javax.mail; do
  axis=$axis:/usr/share/java/$jar.jar
done
for service in $services; do
  mkdir -p "$work/$service/jaxws" "$work/$service/axis" "$work/$service/gsoap"
  check "JAX-WS makes a client of $service" wsimport -quiet -Xnocompile -d "$work/$service/jaxws" "$service.wsdl"
  check "JAX-WS makes a client of $service, SOAP 1.2" \
    wsimport -quiet -extension -Xnocompile -d "$work/$service/jaxws" "$service.soap12.wsdl"
  check "Axis 1.4 makes a client of $service" \
    java -cp "$axis" org.apache.axis.wsdl.WSDL2Java -o "$work/$service/axis" "$service.wsdl"
  check ".NET (Mono) makes a client of $service" wsdl -nologo "-out:$work/$service/$service.cs" "$service.wsdl"
  check ".NET (Mono) compiles its client of $service" mcs -nologo -target:library -r:System.Web.Services \
    "-out:$work/$service/$service.dll" "$work/$service/$service.cs"
  check "gSOAP reads $service" wsdl2h -c++17 -x -o "$work/$service/gsoap/$service.h" "$service.wsdl"
  check "gSOAP makes a client of $service" soapcpp2 -c++17 -C -L -x -w -I/usr/share/gsoap/import -d "$work/$service/gsoap" \
    "$work/$service/gsoap/$service.h"
  for file in "$service.wsdl" "$service.soap12.wsdl"; do
    check "zeep reads $file" /usr/bin/python3 -c "
import sys, zeep
operations = [o for s in zeep.Client(sys.argv[1]).wsdl.services.values() for p in s.ports.values() for o in p.binding.all()]
assert len(operations) >= 10, operations" "$file"
    check "PHP reads $file" php -d soap.wsdl_cache_enabled=0 -r '
      $client = new SoapClient($argv[1]); exit(count($client->__getFunctions()) >= 10 ? 0 : 1);' "$file"
  done
done

# same NAME ADDRESS FILE: the server gives the file, with its own address in it.
same() {
  if curl -fsS "$KONTOR_URL$2" 2>"$work/log" | sed "s|$KONTOR_URL/|http://localhost:8080/|" | cmp -s - "$3"; then
    echo "ok $1"
  else
    echo "not ok $1 — $KONTOR_URL$2 is not $3 $(cat "$work/log")"
    failed=1
  fi
}

if [ -n "${KONTOR_URL:-}" ]; then
  for path in "v1.$level" v1; do
    for service in $services; do
      same "served: WSDL of $service at $path" "/soap/$path/$service?wsdl" "$service.wsdl"
      same "served: WSDL of $service at $path, SOAP 1.2" "/soap/$path/$service?wsdl&version=1.2" "$service.soap12.wsdl"
      same "served: schema of $service at $path" "/soap/$path/$service.xsd" "$service.xsd"
    done
    same "served: common schema at $path" "/soap/$path/common.xsd" common.xsd
  done
fi
exit $failed
