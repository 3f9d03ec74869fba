#!/usr/bin/env python3
"""Runs every command of README.md, CONTRIBUTING.md and docs/ against the running demo (KONTOR_URL and so on).

A fenced block marked `sh` is run; the blocks of one file are one session of bash, in a scratch folder that has the
repository's entries as links, so that variables and files of earlier blocks are there. A block with `file=NAME` after
its language is written to that file first. An HTML comment `<!-- expect: TEXT -->` after a block says what its output
must contain. `./run test` is this very run; the other verbs of ./run that would end it are in run_launcher.sh.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = os.environ.get("KONTOR_DEMO") or "build/demo"
ELSEWHERE = re.compile(r"^\./run (test|bench|stop|clean|desktop|screenshots)\b.*$", re.MULTILINE)
FENCE = re.compile(r"^```(\S+)?([^\n]*)\n(.*?)^```[ \t]*$(?:\s*<!-- expect: (.*?) -->)?", re.MULTILINE | re.DOTALL)


def blocks(document):
    """(line, language, attributes, text, expected) of each fenced block."""
    for match in FENCE.finditer(document):
        attributes = dict(word.split("=", 1) for word in (match[2] or "").split() if "=" in word)
        yield document.count("\n", 0, match.start()) + 1, match[1] or "", attributes, match[3], match[4]


def session(path, scratch):
    """The script of a file's commands, and its blocks as (name, expected)."""
    script, commands = ["set -eo pipefail\n"], []
    for line, language, attributes, text, expected in blocks(path.read_text(encoding="utf-8")):
        text = text.replace("build/demo", DEMO)
        if "file" in attributes:
            (scratch / attributes["file"]).write_text(text, encoding="utf-8")
        elif language == "sh":
            number = len(commands)
            first = next((row for row in text.splitlines() if row and not row.startswith("#")), "")
            commands.append((f"docs: {path.relative_to(ROOT)}:{line} {first[:70]}", expected))
            text = ELSEWHERE.sub(":", text)
            script.append(f"printf '\\n@begin {number}\\n'\n{text}\nprintf '\\n@end {number}\\n'\n")
    return "".join(script), commands


def run(path):
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        for entry in ROOT.iterdir():
            if not entry.name.startswith("."):
                (scratch / entry.name).symlink_to(entry)
        script, commands = session(path, scratch)
        if not commands:
            return True
        release = ROOT / "build/release/services"
        environment = {**os.environ, "KONTOR_DEMO": DEMO,
                       "PATH": f"{release / 'cli'}:{release / 'kontord'}:{os.environ['PATH']}", "HOME": folder}
        done = subprocess.run(["bash"], input=script, text=True, cwd=folder, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=600, errors="replace")
        print(done.stdout, file=sys.stderr)
    good = True
    for number, (name, expected) in enumerate(commands):
        begun = done.stdout.partition(f"\n@begin {number}\n")[2]
        output, ended, _ = begun.partition(f"\n@end {number}\n")
        if ended and (expected is None or expected in output):
            print(f"ok {name}", flush=True)
            continue
        good = False
        why = f"the output lacks {expected!r}: {output}" if ended else output if begun else "not reached"
        print(f"not ok {name} — {' '.join(why.split())[-400:]}", flush=True)
    return good


def main():
    files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    chosen = [file for file in files if file.exists() and (len(sys.argv) < 2 or sys.argv[1] in str(file))]
    sys.exit(0 if all([run(file) for file in chosen]) else 1)


if __name__ == "__main__":
    main()
