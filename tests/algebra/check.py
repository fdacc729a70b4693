#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the test vectors in tests/vectors against this implementation, which shares no code and no
table with the one in primitives/; the test `primitives/tests/vectors.rs` checks the other side.
Follows the worked example of docs/protocol.md as well.

    python3 tests/algebra/check.py            compare, exit code 1 if anything differs
    python3 tests/algebra/check.py --write    write the files anew
"""

import json
import sys
from pathlib import Path

from example import check_example
from jubjub import GENERATOR, IDENTITY, L, Refused, multiply, on_curve
from poseidon import R, permute
from schnorr import validate_key, verify
from vectors import FILES

FOLDER = Path(__file__).resolve().parent.parent / "vectors"

passed = failed = 0


def expect(name, condition):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {name}")


def refusal(check, *arguments):
    try:
        check(*arguments)
    except Refused as reason:
        return str(reason)
    return "Ok"


def check_foundations():
    """What is known from elsewhere."""
    expect("r is prime to base 2", pow(2, R - 1, R) == 1)
    expect("l is prime to base 2", pow(2, L - 1, L) == 1)
    expect("the generator is on the curve", on_curve(GENERATOR))
    expect("the generator has order l", multiply(L, GENERATOR) == IDENTITY != GENERATOR)
    expect("published permutation, t = 3", f"{permute([0, 1, 2])[0]:064x}".startswith("28ce1942"))
    expect("published permutation, t = 5", f"{permute(list(range(5)))[0]:064x}".startswith("2a918b9c"))


def check_recomputed(file, found, expected):
    """Every case of the file is what this implementation computes."""
    expect(f"{file}: sections", list(found) == list(expected))
    for section in expected:
        expect(f"{file}: {section}: number of cases", len(found.get(section, [])) == len(expected[section]))
        for number, (ours, theirs) in enumerate(zip(expected[section], found.get(section, []))):
            expect(f"{file}: {section}[{number}]", ours == theirs)


def check_verification(keys):
    """The signatures of the file, verified rather than made again."""
    as_bytes = lambda text: bytes.fromhex(text[2:])
    as_word = lambda text: int(text, 16)
    by_seed = {case["seed"]: case["public_key"] for case in keys["from_seed"]}
    cases = [("Ok", by_seed[case["seed"]], case) for case in keys["signatures"]]
    cases += [("Ok", case["public_key"], case) for case in keys["signatures_with_chosen_nonce"]]
    cases += [(case["result"], case["public_key"], case) for case in keys["refused_signatures"]]
    for result, key, case in cases:
        found = refusal(verify, as_bytes(key), as_word(case["message"]), as_bytes(case["r"]), as_bytes(case["s"]))
        expect(f"verify {case.get('case', case['message'])}: {found}", found == result)
    for case in keys["key_validation"]:
        found = refusal(validate_key, as_bytes(case["public_key"]))
        expect(f"validate {case['case']}: {found}", found == case["result"])
    expect("no refused signature verifies", all(case["result"] != "Ok" for case in keys["refused_signatures"]))


def main():
    expected = {file: vectors() for file, vectors in FILES.items()}
    if "--write" in sys.argv[1:]:
        FOLDER.mkdir(exist_ok=True)
        for file, vectors in expected.items():
            (FOLDER / file).write_text(json.dumps(vectors, indent="\t") + "\n")
    check_foundations()
    for file, vectors in expected.items():
        check_recomputed(file, json.loads((FOLDER / file).read_text()), vectors)
    check_verification(json.loads((FOLDER / "keys.json").read_text()))
    check_example(expect)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
