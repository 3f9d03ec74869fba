#!/bin/sh
# Python with zeep (Debian: python3-zeep) against the server at KONTOR_URL.
cd "$(dirname "$0")" && exec /usr/bin/python3 zeep_client.py
