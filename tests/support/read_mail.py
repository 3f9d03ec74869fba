#!/usr/bin/env python3
"""Reads a message from the standard input as another mail program would, and says in JSON what it has found.

read_mail.py parse                 headers (decoded), parts, defects
read_mail.py verify FILE           whether each DKIM signature holds; FILE has the DNS: name, tab, text
"""

import email
import email.header
import email.policy
import email.utils
import json
import sys


def parse(raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    defects = [type(defect).__name__ for part in message.walk() for defect in part.defects]
    for name, value in message.items():
        defects += [f"{name}: {type(defect).__name__}" for defect in getattr(value, "defects", [])]
    # The older interface: the newer one joins encoded words of a name with spaces (Python issue 35547).
    plain = email.message_from_bytes(raw)
    addresses = {name: [[str(email.header.make_header(email.header.decode_header(shown))), address]
                        for shown, address in email.utils.getaddresses([plain[name]])]
                 for name in ("From", "To", "Reply-To") if plain[name]}
    return {
        "headers": [[name, str(value)] for name, value in message.items()],
        "addresses": addresses,
        "type": message.get_content_type(),
        "parts": [{"type": part.get_content_type(), "encoding": part["Content-Transfer-Encoding"],
                   "content": part.get_content().replace("\r\n", "\n")} for part in parts],
        "defects": defects,
        "longest": max(len(line) for line in raw.split(b"\r\n")),
        "bare": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
    }


def verify(raw, file):
    import dkim

    with open(file, encoding="ascii") as lines:
        records = dict(line.rstrip("\n").split("\t") for line in lines)

    def look_up(name, timeout=5):
        return records.get(name.decode().rstrip("."), "").encode()

    found = []
    for number in range(raw.lower().count(b"dkim-signature:")):
        verifier = dkim.DKIM(raw)
        try:
            found.append(bool(verifier.verify(idx=number, dnsfunc=look_up)))
        except dkim.DKIMException as problem:
            found.append(str(problem))
    return {"signatures": found}


if __name__ == "__main__":
    content = sys.stdin.buffer.read()
    print(json.dumps(parse(content) if sys.argv[1] == "parse" else verify(content, sys.argv[2])))
