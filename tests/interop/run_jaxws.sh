#!/bin/sh
# Java with JAX-WS (Debian: jaxws, default-jdk-headless): wsimport reads the served WSDLs, then the clients are compiled
# and run against the server at KONTOR_URL.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${KONTOR_BUILD:-$here/../../build}/interop/jaxws
rm -rf "$work"
mkdir -p "$work"
jars=
for jar in jaxws-rt jaxws-api jaxb-api jaxb-impl jaxb-runtime jaxb-core javax.activation saaj saaj-impl jws-api \
  geronimo-annotation-1.3-spec streambuffer stax-ex stax2-api woodstox-core metro-policy mimepull istack-commons-runtime \
  gmbal glassfish-management-api glassfish-pfl-basic glassfish-pfl-dynamic glassfish-pfl-tf; do
  if [ -e "/usr/share/java/$jar.jar" ]; then jars=$jars:/usr/share/java/$jar.jar; fi
done
for service in identity contact lead jobs; do
  if ! wsimport -quiet -Xnocompile -XadditionalHeaders -d "$work" "$KONTOR_URL/soap/v1/$service?wsdl" >"$work/$service.log" 2>&1; then
    echo "not ok wsimport $service — $(grep -m1 -i error "$work/$service.log")"
    exit 1
  fi
  echo "ok wsimport $service"
done
find "$work" -name '*.java' >"$work/sources"
javac -nowarn -encoding UTF-8 -cp "$jars" -d "$work" "@$work/sources" "$here/java/Checks.java" \
  "$here/jaxws/JaxwsClient.java" "$here/jaxws/JaxwsLead.java" 2>&1 |
  grep -v '^Note:' >&2 || true
failed=0
for program in JaxwsClient JaxwsLead; do
  java -cp "$work:$jars" $program || failed=1
done
exit $failed
