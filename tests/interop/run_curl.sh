#!/bin/sh
# REST through curl and jq against the server at KONTOR_URL.
exec bash "$(dirname "$0")/rest_curl.sh"
