#!/bin/sh
# PHP SoapClient (Debian: php-cli, php-soap) against the server at KONTOR_URL.
cd "$(dirname "$0")" || exit 1
failed=0
for program in php_client.php php_lead.php; do
  php $program || failed=1
done
exit $failed
