#!/bin/sh
# Python with zeep (Debian: python3-zeep) against the server at KONTOR_URL.
cd "$(dirname "$0")" || exit 1
failed=0
for program in zeep_client.py zeep_lead.py; do
  /usr/bin/python3 -B $program || failed=1
done
exit $failed
