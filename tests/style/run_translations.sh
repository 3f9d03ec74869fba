#!/bin/bash
# Every text that the client says is there in German, and English knows its plurals.
cd "$(dirname "$0")/../.." || exit 1
python3 -B desktop/translations/update.py --check
