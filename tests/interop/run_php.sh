#!/bin/sh
# PHP SoapClient (Debian: php-cli, php-soap) against the server at KONTOR_URL.
exec php "$(dirname "$0")/php_client.php"
