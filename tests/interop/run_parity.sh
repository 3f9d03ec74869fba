#!/bin/sh
# REST and SOAP held against each other on the server at KONTOR_URL; KONTOR_DSN shows the rows.
cd "$(dirname "$0")" && exec /usr/bin/python3 parity.py
