#!/usr/bin/env python3
"""clang-tidy (.clang-tidy) over our sources, on all cores. A file that was found good is not looked at again until it,
or anything that it includes, has changed: build/test/tidy remembers."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/release"
MEMORY = ROOT / "build/test/tidy"
OURS = ("shared/", "services/")


def commands():
    """The compilers' commands for our sources, without precompiled headers and warnings, which are GCC's own."""
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        path = os.path.relpath(os.path.join(entry["directory"], entry["file"]), ROOT)
        if path.startswith(OURS):
            words = shlex.split(entry["command"])
            if "ccache" in words[0]:
                words = words[1:]
            kept = [word for number, word in enumerate(words)
                    if not (word.startswith("-W") or word == "-include" or words[number - 1] == "-include")]
            yield path, {"directory": entry["directory"], "file": entry["file"], "arguments": kept}


def dependencies():
    """What each object was made from, as ninja has recorded it."""
    output = subprocess.run(["ninja", "-C", BUILD, "-t", "deps"], capture_output=True, text=True, check=True).stdout
    found = {}
    for block in output.split("\n\n"):
        first, *rest = block.strip().splitlines() or [""]
        files = [(BUILD / line.strip()).resolve() for line in rest]
        if files:
            found[first.split(":")[0]] = files
    return found


def fingerprint(path, entry, included):
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    digest.update(" ".join(entry["arguments"]).encode())
    for file in sorted({ROOT / path, *included}):
        if ROOT in file.parents and file.exists() and "cmake_pch" not in file.name:
            digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()


def check(path, entry, included):
    remembered = MEMORY / (path.replace("/", "_") + ".ok")
    state = fingerprint(path, entry, included)
    if remembered.exists() and remembered.read_text() == state:
        return f"ok clang-tidy: {path}"
    run = subprocess.run(["clang-tidy", "--quiet", "-p", MEMORY, entry["file"]], capture_output=True, text=True,
                         stdin=subprocess.DEVNULL)
    found = re.findall(r"^.*?([^/\s]+\.(?:cpp|h):\d+:\d+: (?:error|warning): .*)$", run.stdout, re.MULTILINE)
    if run.returncode == 0 and not found:
        remembered.write_text(state)
        return f"ok clang-tidy: {path}"
    return f"not ok clang-tidy: {path} — {'; '.join(found[:5]) or ' '.join((run.stdout + run.stderr).split())[:400]}"


def main():
    MEMORY.mkdir(parents=True, exist_ok=True)
    ours = dict(commands())
    (MEMORY / "compile_commands.json").write_text(json.dumps(list(ours.values())))
    made_from = dependencies()
    objects = {}
    for name, files in made_from.items():
        for file in files[:1]:
            objects[file] = files
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(check, path, entry, objects.get((ROOT / path).resolve(), [])) for path, entry in ours.items()]
        for job in jobs:
            print(job.result(), flush=True)


if __name__ == "__main__":
    main()
