"""psl-fig19 in SkillTorch, its 100 networks in one stack, beside PyTorch, one network at a time.

usage: compare.py [--json] [--rounds N]
Both run by turns, with 1 and 2 threads; each case counts with its best round. Beside the clock stands processor time, which
what else runs on the machine weighs on less.
Needs python3 with torch (PYTHON names another interpreter).
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# What is compared, the factor to reach, and what it is.
CASES = [
    ("plain", 20, "psl-fig19, non-modular: 2-100-100-2, 1000 points, every skill measured at every step"),
    ("modular", 20, "psl-fig19, modular"),
    ("power", 20, "psl-fig19-reshaped, power 1"),
]


def timings(command, environment):
    output = subprocess.run(command, env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE, text=True).stdout
    return {name: (float(clock), float(processor)) for name, clock, processor in (line.split() for line in output.splitlines())}


def keep_best(best, new):
    for name, values in new.items():
        best[name] = tuple(min(pair) for pair in zip(values, best.get(name, values)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON array instead of a table")
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()

    build = ["dotnet", "build", str(HERE), "-c", "Release", "-v", "q"]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    built = subprocess.run([*build, "-getProperty:TargetPath"], check=True, stdout=subprocess.PIPE, text=True)
    program = built.stdout.strip().splitlines()[-1]

    ours, theirs = {}, {}
    python = os.environ.get("PYTHON", "/usr/bin/python3")
    for _ in range(arguments.rounds):
        for threads in ("1", "2"):
            keep_best(ours, timings(["dotnet", program, threads], {}))
            keep_best(theirs, timings(
                [python, str(HERE / "torch_steps.py"), threads],
                {"OMP_NUM_THREADS": threads, "OPENBLAS_CORETYPE": "SKYLAKEX",
                 "MALLOC_MMAP_THRESHOLD_": str(1 << 32), "MALLOC_TRIM_THRESHOLD_": str(1 << 32)}))

    rows = [
        {
            "case": text, "pytorchMicroseconds": theirs[name][0], "skilltorchMicroseconds": ours[name][0], "times": theirs[name][0] / ours[name][0],
            "pytorchProcessorMicroseconds": theirs[name][1], "skilltorchProcessorMicroseconds": ours[name][1], "required": required,
        }
        for name, required, text in CASES
    ]
    if arguments.json:
        print(json.dumps(rows, indent=2))
    else:
        print(f"{'one step of one network':84} {'PyTorch':>10} {'SkillTorch':>11} {'times':>7}  required   processor time")
        for row in rows:
            print(f"{row['case']:84} {row['pytorchMicroseconds']:7.1f} us {row['skilltorchMicroseconds']:8.2f} us {row['times']:7.1f}  {row['required']}         "
                  f"{row['pytorchProcessorMicroseconds']:7.1f} us {row['skilltorchProcessorMicroseconds']:7.2f} us")
    return 0 if all(row["times"] >= row["required"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
