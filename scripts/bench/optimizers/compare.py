"""Optimizers' steps over a million parameters, float32, in SkillTorch beside torch.optim's (its better one of foreach and for-loop).

usage: compare.py [--json] [--rounds N] [KIND...]     kinds: adam (the default), adamw, nadam, radam, adagrad, rmsprop, sgd
Both run by turns, with 1 and 2 threads; each counts with its best round.
Needs python3 with torch (PYTHON names another interpreter).
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
REQUIRED = {"adam": 1}


def timings(command, environment):
    output = subprocess.run(command, env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE, text=True).stdout
    return {name: float(value) for name, value in (line.split() for line in output.splitlines())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", default=["adam"])
    parser.add_argument("--json", action="store_true", help="print one JSON array instead of a table")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()

    subprocess.run(["dotnet", "build", str(HERE), "-c", "Release", "-v", "q"], check=True, stdout=subprocess.DEVNULL)
    program = subprocess.run(
        ["dotnet", "build", str(HERE), "-c", "Release", "-v", "q", "--no-restore", "-getProperty:TargetPath"],
        check=True, stdout=subprocess.PIPE, text=True).stdout.strip().splitlines()[-1]

    best = {}
    python = os.environ.get("PYTHON", "/usr/bin/python3")
    for _ in range(arguments.rounds):
        for threads in ("1", "2"):
            for who, command, environment in (
                ("skilltorch", ["dotnet", program, threads], {}),
                ("pytorch", [python, str(HERE / "torch_steps.py"), threads],
                 {"OMP_NUM_THREADS": threads, "MALLOC_MMAP_THRESHOLD_": str(1 << 32), "MALLOC_TRIM_THRESHOLD_": str(1 << 32)}),
            ):
                for kind, value in timings([*command, *arguments.kinds], environment).items():
                    key = kind, threads, who
                    best[key] = min(value, best.get(key, value))

    rows = [
        {"case": f"{kind}, {threads} thread{'s' * (threads != '1')}", "pytorchMilliseconds": best[kind, threads, "pytorch"],
         "skilltorchMilliseconds": best[kind, threads, "skilltorch"],
         "times": best[kind, threads, "pytorch"] / best[kind, threads, "skilltorch"], "required": REQUIRED.get(kind)}
        for kind in arguments.kinds for threads in ("1", "2")
    ]
    if arguments.json:
        print(json.dumps(rows, indent=2))
    else:
        print(f"{'one step over 1,000,000 parameters':36} {'PyTorch':>10} {'SkillTorch':>11} {'times':>7}  required")
        for row in rows:
            print(f"{row['case']:36} {row['pytorchMilliseconds']:7.3f} ms {row['skilltorchMilliseconds']:8.3f} ms {row['times']:7.1f}  {row['required'] or '-'}")
    return 0 if all(row["times"] >= (row["required"] or 0) for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
