#!/usr/bin/env python3
"""Holds what the server hands out against the released copies: a level that someone has built against never changes.

    check_released.py RELEASED_FOLDER SERVED_FOLDER

RELEASED_FOLDER has v1.0, v1.1 …; SERVED_FOLDER has 0, 1 … as shared/contract/generate.py writes them. Documentation may
be improved; everything else of a released level stays to the byte. To release a level, copy its folder.
"""
import os
import re
import sys

from report import check, finish


def contents(folder):
    """File name → text, without documentation."""
    texts = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            text = re.sub(r"\s*<(xs|wsdl):documentation>.*?</\1:documentation>", "", file.read(), flags=re.S)
            texts[name] = re.sub(r"<xs:annotation></xs:annotation>", "", text)
    return texts


def first_difference(released, served):
    for number, (old, new) in enumerate(zip(released.splitlines(), served.splitlines()), 1):
        if old != new:
            return f"line {number}: released {old.strip()!r}, served {new.strip()!r}"
    return "one has more lines than the other"


def main():
    released_folder, served_folder = sys.argv[1:3]
    levels = [name for name in sorted(os.listdir(released_folder)) if re.fullmatch(r"v1\.\d+", name)]
    check("released: there is at least level 1.0", "v1.0" in levels)
    for level in levels:
        released = contents(os.path.join(released_folder, level))
        served_level = os.path.join(served_folder, level.split(".")[1])
        served = contents(served_level) if os.path.isdir(served_level) else {}
        check(f"released {level}: no document was added or taken away", released.keys() == served.keys(),
              f"released {sorted(released)}, served {sorted(served)}")
        for name in released.keys() & served.keys():
            check(f"released {level}: {name} is as it was", released[name] == served[name],
                  first_difference(released[name], served[name]))
    finish()


if __name__ == "__main__":
    main()
