"""The Geometry model in SkillTorch beside PyTorch: the work of psl-fig04 (right panel), psl-fig10 and psl-fig15.

usage: compare.py [--json] [--rounds N] [PREFIX]     PREFIX, e.g. fig15: only cases whose name starts so
Both run by turns, with 1 and 2 threads; each case counts with its best round.
Needs python3 with torch and numpy (PYTHON names another interpreter).
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# What is compared with what: a trial's step in PyTorch, in SkillTorch, the factor to reach, and what it is. No experiment
# measures 1000 skills at each of 100,000 steps: that case is shown for what measuring costs.
CASES = [
    ("fig04", "fig04", 50, "psl-fig04, 146 trials x 3000 steps"),
    ("fig04+aligned", "fig04+aligned", 50, "psl-fig04 with aligned dimensions at every step"),
    *[
        case
        for d in (200, 1000)
        for kind in ("signgd", "adam")
        for case in (
            (f"fig10-{d}-{kind}", f"fig10-{d}-{kind}", None, f"psl-fig10, d = {d}, {kind}, all skills measured at every step"),
            (f"fig10-{d}-{kind}", f"fig10-{d}-{kind}+rarely", 10, f"psl-fig10, d = {d}, {kind}, measured at every 30th"),
            (f"fig10-{d}-{kind}+aligned", f"fig10-{d}-{kind}+rarely", 10, f"psl-fig10, d = {d}, {kind}, published script"),
        )
    ],
    *[
        (f"fig15-{skills}-{kind}", f"fig15-{skills}-{kind}", 20, f"psl-fig15, {skills} skills, {kind}, 30 trials, measured at every 50th step")
        for skills in (10, 40)
        for kind in ("adam", "ademamix", "lion")
    ],
]


def timings(command, environment):
    output = subprocess.run(command, env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE, text=True).stdout
    return {name: float(value) for name, value in (line.split() for line in output.splitlines())}


def keep_best(best, new):
    for name, value in new.items():
        best[name] = min(value, best.get(name, value))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prefix", nargs="?", default="")
    parser.add_argument("--json", action="store_true", help="print one JSON array instead of a table")
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()

    built = subprocess.run(
        ["dotnet", "build", str(HERE), "-c", "Release", "-v", "q", "-getProperty:TargetPath"],
        check=True, stdout=subprocess.PIPE, text=True)
    program = built.stdout.strip().splitlines()[-1]
    subprocess.run(["dotnet", "build", str(HERE), "-c", "Release", "-v", "q"], check=True, stdout=subprocess.DEVNULL)

    ours, theirs = {}, {}
    python = os.environ.get("PYTHON", "/usr/bin/python3")
    for _ in range(arguments.rounds):
        for threads in ("1", "2"):
            keep_best(ours, timings(["dotnet", program, threads, arguments.prefix], {}))
            keep_best(theirs, timings(
                [python, str(HERE / "torch_steps.py"), threads, arguments.prefix],
                {"OMP_NUM_THREADS": threads, "OPENBLAS_CORETYPE": "SKYLAKEX",
                 "MALLOC_MMAP_THRESHOLD_": str(1 << 32), "MALLOC_TRIM_THRESHOLD_": str(1 << 32)}))

    rows = [
        {"case": text, "pytorchMicroseconds": theirs[a], "skilltorchMicroseconds": ours[b], "times": theirs[a] / ours[b], "required": required}
        for a, b, required, text in CASES if a.startswith(arguments.prefix)
    ]
    if arguments.json:
        print(json.dumps(rows, indent=2))
    else:
        print(f"{'one step of one trial':66} {'PyTorch':>10} {'SkillTorch':>11} {'times':>7}  required")
        for row in rows:
            print(f"{row['case']:66} {row['pytorchMicroseconds']:7.1f} us {row['skilltorchMicroseconds']:8.2f} us {row['times']:7.1f}  {row['required'] or '-'}")
    return 0 if all(row["times"] >= (row["required"] or 0) for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
