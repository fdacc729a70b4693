#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the demo with blocks of several sizes and prints what it took, a line `name value unit` per figure.

usage: bench_e2e.py LIGATURE NODE [--classes 1,2] [--orders N] [--trips N]

Called by `scripts/bench e2e`, which builds both programs. Every run is a network of its own; the figures come
from the demo's report, those of the processes from /proc, once a second while the network runs. Trips are made on
one more network, with blocks of the default size: somebody deposits, and withdraws as soon as the deposit is on the
ledger; a trip lasts from before the deposit is sent until the command has seen the withdrawal paid.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def sample(folder, seen):
    """Processor seconds and resident bytes of each process so far, the highest of both."""
    try:
        with open(os.path.join(folder, "processes.json")) as file:
            processes = json.load(file)["processes"]
    except (OSError, ValueError, KeyError):
        return
    for process in processes:
        try:
            with open(f"/proc/{process['pid']}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        cpu = (int(fields[11]) + int(fields[12])) / TICK
        memory = int(fields[21]) * PAGE
        before = seen.get(process["name"], (0, 0))
        seen[process["name"]] = (max(cpu, before[0]), max(memory, before[1]))


def run(ligature, node, size_class, orders):
    """The demo's report, and what its processes took."""
    with tempfile.TemporaryDirectory(prefix="ligature-bench-") as base:
        folder, report = os.path.join(base, "network"), os.path.join(base, "report")
        command = [ligature, "demo", "--node", node, "--class", str(size_class)]
        command += ["--orders", str(orders), "--folder", folder, "--report", report]
        seen = {}
        with open(os.path.join(base, "log"), "w+") as log:
            demo = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
            try:
                while demo.poll() is None:
                    sample(folder, seen)
                    time.sleep(1)
            finally:
                if demo.poll() is None:
                    demo.terminate()
                    demo.wait()
            if demo.returncode:
                log.seek(0)
                sys.exit(f"the demo failed:\n{log.read()[-4000:]}")
        with open(os.path.join(report, "report.json")) as file:
            return json.load(file), seen


def line(name, value, unit):
    print(f"{name} {value:.6g} {unit}", flush=True)


def print_figures(size_class, report, seen):
    def tell(name, value, unit):
        line(f"e2e_{name}_class_{size_class}", value, unit)

    blocks = report["blocks"]
    executed = [max(block["stages"][-1]) for block in blocks]
    begin = blocks[0]["built"]
    end = max(block["built"] + last for block, last in zip(blocks, executed))
    operations = sum(block["operations"] for block in blocks)
    tell("blocks", len(blocks), "blocks")
    tell("operations", operations, "operations")
    tell("operations_per_second", operations / (end - begin), "1/s")
    constraints = sum(block["constraints"] for block in blocks)
    tell("constraints_per_second", constraints / (end - begin), "1/s")
    proving = [block["proving"] for block in blocks if block["proving"]]
    tell("proving_share", sum(proving) / (end - begin), "ratio")
    tell("proving_per_block", statistics.median(proving), "s")
    for name, times in report["latency"]:
        for which in ("min", "median", "max"):
            tell(f"{name.replace(' ', '_')}_{which}", times[which], "s")
    tell("deposit_to_executed", report["deposit"], "s")
    tell("withdrawal_to_payout", report["withdrawals"]["median"], "s")
    for name, (cpu, memory) in sorted(seen.items()):
        tell(f"{name}_cpu", cpu, "s")
        tell(f"{name}_memory", memory / 2**20, "MiB")


def trips(ligature, node, count):
    """Seconds from a deposit to the payout of a withdrawal, of so many trips one after the other."""
    with tempfile.TemporaryDirectory(prefix="ligature-bench-") as base:
        environment = {**os.environ, "LIGATURE_DEVNET": os.path.join(base, "network")}

        def call(*arguments):
            done = subprocess.run([ligature, *arguments], env=environment, capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"ligature {' '.join(arguments)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")

        times = []
        call("devnet", "up", "--node", node)
        try:
            for _ in range(count):
                begin = time.monotonic()
                call("deposit", "10", "USDT", "--chain", "alpha", "--suri", "//Eve")
                call("withdraw", "5", "USDT", "--chain", "alpha", "--suri", "//Eve", "--watch")
                times.append(time.monotonic() - begin)
        finally:
            call("devnet", "down")
        return times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ligature")
    parser.add_argument("node")
    parser.add_argument("--classes", default="1,2", help="size classes, one network each (default: 1,2)")
    parser.add_argument("--orders", type=int, default=48, help="orders of the tape (default: 48)")
    parser.add_argument("--trips", type=int, default=5, help="trips from deposit to payout (default: 5)")
    options = parser.parse_args()
    for size_class in options.classes.split(","):
        report, seen = run(options.ligature, options.node, int(size_class), options.orders)
        print_figures(int(size_class), report, seen)
    if options.trips:
        times = trips(options.ligature, options.node, options.trips)
        for which, of in (("min", min), ("median", statistics.median), ("max", max)):
            line(f"e2e_deposit_to_payout_{which}", of(times), "s")


if __name__ == "__main__":
    main()
