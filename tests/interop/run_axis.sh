#!/bin/sh
# Java with Axis 1.4 (Debian: libaxis-java, default-jdk-headless): WSDL2Java reads the served WSDLs, then the clients are
# compiled and run against the server at KONTOR_URL.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${KONTOR_BUILD:-$here/../../build}/interop/axis
rm -rf "$work"
mkdir -p "$work"
jars=
for jar in axis jaxrpc saaj wsdl4j commons-logging commons-discovery javax.activation javax.mail; do
  if [ -e "/usr/share/java/$jar.jar" ]; then jars=$jars:/usr/share/java/$jar.jar; fi
done
for service in identity contact lead jobs; do
  if ! java -cp "$jars" org.apache.axis.wsdl.WSDL2Java -a -o "$work" "$KONTOR_URL/soap/v1/$service?wsdl" >"$work/$service.log" 2>&1; then
    echo "not ok WSDL2Java $service — $(head -c 300 "$work/$service.log" | tr '\n' ' ')"
    exit 1
  fi
  echo "ok WSDL2Java $service"
done
find "$work" -name '*.java' >"$work/sources"
javac -nowarn -encoding UTF-8 -cp "$jars" -d "$work" "@$work/sources" "$here/java/Checks.java" \
  "$here/axis/AxisClient.java" "$here/axis/AxisLead.java" 2>&1 |
  grep -v '^Note:' >&2 || true
failed=0
for program in AxisClient AxisLead; do
  java -cp "$work:$jars" $program || failed=1
done
exit $failed
