#!/usr/bin/env python3
"""Runs the desktop client's tests (QTest), a program for each topic, on a screen of their own (Xvfb) against the server
with demo data that the environment names: KONTOR_URL, KONTOR_USER, KONTOR_PASSWORD, KONTOR_API_KEY, KONTOR_DSN. Words on
the command line choose topics. One result for each test function."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

SECONDS = 300  # for one topic
programs = pathlib.Path(os.environ["KONTOR_PROGRAMS"]) / "tests/desktop"
sources = pathlib.Path(__file__).resolve().parent
failed = False


def say(good, name, why=""):
    global failed
    failed = failed or not good
    print(f"ok {name}" if good else f"not ok {name} — {' '.join(why.split())}", flush=True)


def results(report):
    """(test function, why it failed or None) of QTest's JUnit report."""
    for case in ElementTree.parse(report).iter("testcase"):
        bad = case.find("failure")
        if bad is None:
            bad = case.find("error")
        yield case.get("name", "?"), None if bad is None else (bad.get("message") or "") + " " + (bad.text or "")


def run(topic, folder):
    report = folder / f"{topic}.xml"
    # Settings, drafts and stored answers of whoever runs the tests are left alone.
    surroundings = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "XDG_DATA_HOME": str(folder / "data"),
                    "XDG_CACHE_HOME": str(folder / "cache"), "XDG_RUNTIME_DIR": str(folder), "LC_ALL": "C.UTF-8"}
    surroundings.pop("DBUS_SESSION_BUS_ADDRESS", None)
    words = ["xvfb-run", "-a", "-s", "-screen 0 1440x900x24", str(programs / f"desktop_{topic}"), "-o", f"{report},junitxml", "-o", "-,txt"]
    try:
        ended = subprocess.run(words, env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                               timeout=SECONDS)
        output, status = ended.stdout + ended.stderr, ended.returncode
    except subprocess.TimeoutExpired as late:
        output, status = (late.stdout or b"").decode(errors="replace"), "none: it took too long"
    bad = 0
    try:
        for function, why in results(report):
            bad += why is not None
            say(why is None, f"desktop {topic}: {function}", why or "")
    except (OSError, ElementTree.ParseError):  # it crashed or hung: what it had told by then is all that there is
        for function in re.findall(r"^PASS\s*: \w+::(\S+)\(", output, re.MULTILINE):
            say(True, f"desktop {topic}: {function}")
        bad = 0
    if status != 0:
        print(output[-5000:], file=sys.stderr)
        if bad == 0:
            say(False, f"desktop {topic}", f"status {status}: {output[-300:]}")


topics = sorted(source.stem for source in sources.glob("*_test.cpp"))
with tempfile.TemporaryDirectory(prefix="kontor-desktop-") as place:
    for topic in topics:
        if len(sys.argv) > 1 and not any(word in topic for word in sys.argv[1:]):
            continue
        folder = pathlib.Path(place) / topic
        folder.mkdir(mode=0o700)
        run(topic, folder)
sys.exit(1 if failed else 0)
