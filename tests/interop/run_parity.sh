#!/bin/sh
# REST and SOAP held against each other on the server at KONTOR_URL; KONTOR_DSN shows the rows.
cd "$(dirname "$0")" || exit 1
failed=0
for program in parity.py parity_jobs.py parity_lead.py parity_lead_records.py parity_lead_bad_input.py; do
  /usr/bin/python3 -B $program || failed=1
done
exit $failed
