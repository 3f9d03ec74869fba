"""Lines `ok NAME` and `not ok NAME — why` for the interoperability tests."""

import sys
import traceback

failures = 0


def check(name, condition, why=""):
    """Prints one line; a false condition makes the run fail."""
    global failures
    if condition:
        print(f"ok {name}", flush=True)
    else:
        failures += 1
        text = " ".join(str(why).split())[:400]
        print(f"not ok {name} — {text or 'condition is false'}", flush=True)
    return bool(condition)


def equal(name, actual, expected):
    return check(name, actual == expected, f"expected {expected!r}, got {actual!r}")


def case(name, function, *arguments):
    """Runs a function whose exceptions are a failure of that name; its return value is the detail on falsehood."""
    try:
        result = function(*arguments)
    except Exception as problem:  # noqa: BLE001 - whatever goes wrong is the finding
        frame = traceback.extract_tb(problem.__traceback__)[-1]
        return check(name, False, f"{type(problem).__name__}: {problem} (line {frame.lineno})")
    return check(name, result is None or result is True, result)


def finish():
    sys.exit(1 if failures else 0)
