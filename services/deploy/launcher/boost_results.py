"""boost_results.py PROGRAM STATUS FILE: the JUnit log of a Boost.Test program as lines `ok NAME` and `not ok NAME — why`.

A program that has died leaves no whole log: then there is one failure that says so.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree

program, status, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
failed = 0
try:
    # Boost.Test copies what a test shows as it is: control characters, and bytes that are no UTF-8, are not XML, and
    # neither is the end of a CDATA section within one.
    log = pathlib.Path(path).read_bytes().decode("utf-8", "replace")
    log = re.sub(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", log)
    log = re.sub(r"\]\]>(?!<!\[CDATA\[|\s*</(?:failure|error|skipped|system-out|system-err)>)", "]] >", log)
    cases = list(xml.etree.ElementTree.fromstring(log.encode()).iter("testcase"))
except (OSError, xml.etree.ElementTree.ParseError) as problem:
    print(f"not ok {program} — it ended with status {status} and without a log of its tests: {problem}")
    sys.exit()
for case in cases:
    name = f"{program}: {case.get('classname', '')}/{case.get('name')}"
    problems = [found for kind in ("failure", "error") for found in case.iter(kind)]
    if case.find("skipped") is not None:
        continue
    if problems:
        failed += 1
        print(f"not ok {name} — {' '.join((problems[0].text or problems[0].get('message') or '').split())[:400]}")
    else:
        print(f"ok {name}")
if status != 0 and not failed:
    print(f"not ok {program} — it ended with status {status} after {len(cases)} tests")
