#!/usr/bin/env python3
"""Golden trajectories of the optimizers: ten steps on a curved valley, with 50 decimal digits.

Each rule is written as its source states it (bias-corrected moments included), on plain numbers and without any
tensor library. Run it to rewrite trajectories.json beside it.
"""
import json
import pathlib
from decimal import Decimal

from adaptive import adagrad, adan, ademamix, amsgrad, mars, nadam, prodigy, radam, rmsprop, schedule_free_adamw
from eigenbasis import soap
from elementwise import adam, adamw, cautious, focus, lion, sgd, signgd, signum, sophia
from layered import adafactor, lamb, muon, shampoo
from valley import LAYERED_START, OBLONG, SQUARE, START, WIDE

STEPS = 10

CASES = [
    ("sgd", sgd, dict(learning_rate="0.02")),
    ("sgd", sgd, dict(learning_rate="0.02", momentum="0.8")),
    ("sgd", sgd, dict(learning_rate="0.02", momentum="0.8", nesterov=True)),
    ("sgd", sgd, dict(learning_rate="0.02", weight_decay="0.1")),
    ("sgd", sgd, dict(learning_rate="0.01", momentum="0.9", nesterov=True, weight_decay="0.05")),
    ("signgd", signgd, dict(learning_rate="0.03")),
    ("signgd", signgd, dict(learning_rate="0.03", epsilon="0.5")),
    ("adam", adam, dict(learning_rate="0.1")),
    ("adam", adam, dict(learning_rate="0.05", beta1="0.5", beta2="0.9", epsilon="0.01")),
    ("adam", adam, dict(learning_rate="0.1", weight_decay="0.3")),
    ("adam", adam, dict(learning_rate="0.1", beta1="0", beta2="0")),
    ("adamw", adamw, dict(learning_rate="0.1")),
    ("adamw", adamw, dict(learning_rate="0.1", weight_decay="0.5", beta2="0.95")),
    ("sgd", cautious(sgd), dict(learning_rate="0.02", momentum="0.8", cautious=True)),
    ("adamw", cautious(adamw), dict(learning_rate="0.2", decoupled_decay="0.5", cautious=True)),
    ("lion", cautious(lion), dict(learning_rate="0.2", decoupled_decay="0.3", cautious=True)),
    ("signum", signum, dict(learning_rate="0.03")),
    ("signum", signum, dict(learning_rate="0.2", beta="0.6", weight_decay="0.3")),
    ("lion", lion, dict(learning_rate="0.03")),
    ("lion", lion, dict(learning_rate="0.2", beta1="0.5", beta2="0.7", weight_decay="0.3")),
    ("focus", focus, dict(learning_rate="0.03")),
    ("focus", focus, dict(learning_rate="0.1", beta1="0.6", beta2="0.75", gamma="0.4", weight_decay="0.3")),
    ("sophia", sophia, dict(learning_rate="0.03")),
    ("sophia", sophia, dict(learning_rate="0.1", beta1="0.6", beta2="0.75", gamma="0.4", batch_size="3", estimate_every=3, weight_decay="0.3")),
    ("sophia", sophia, dict(learning_rate="0.1", epsilon="1.5", estimate_every=1)),
    ("amsgrad", amsgrad, dict(learning_rate="0.1")),
    ("amsgrad", amsgrad, dict(learning_rate="0.1", beta1="0.5", beta2="0.6", epsilon="0.01", weight_decay="0.3")),
    ("nadam", nadam, dict(learning_rate="0.1")),
    ("nadam", nadam, dict(learning_rate="0.1", beta1="0.7", beta2="0.9", epsilon="0.01", weight_decay="0.3", momentum_decay="0.2")),
    ("radam", radam, dict(learning_rate="0.01")),
    ("radam", radam, dict(learning_rate="0.02", beta1="0.7", beta2="0.9", epsilon="0.01", weight_decay="0.3")),
    ("radam", radam, dict(learning_rate="0.02", beta2="0.5")),
    ("adagrad", adagrad, dict(learning_rate="0.1")),
    ("adagrad", adagrad, dict(learning_rate="0.3", epsilon="0.5", weight_decay="0.3")),
    ("rmsprop", rmsprop, dict(learning_rate="0.01")),
    ("rmsprop", rmsprop, dict(learning_rate="0.01", alpha="0.9", epsilon="0.01", momentum="0.6", weight_decay="0.3")),
    ("rmsprop", rmsprop, dict(learning_rate="0.01", alpha="0.8", momentum="0.6", centered=True)),
    ("ademamix", ademamix, dict(learning_rate="0.1")),
    ("ademamix", ademamix, dict(learning_rate="0.1", beta1="0.7", beta2="0.9", beta3="0.99", alpha="5", epsilon="0.01", weight_decay="0.3")),
    ("ademamix", ademamix, dict(learning_rate="0.1", beta3="0.99", alpha="5", alpha_warmup=7, beta3_warmup=5)),
    ("adan", adan, dict(learning_rate="0.1")),
    ("adan", adan, dict(learning_rate="0.1", beta1="0.7", beta2="0.6", beta3="0.8", epsilon="0.01", weight_decay="0.3")),
    ("mars", mars, dict(learning_rate="0.1")),
    ("mars", mars, dict(learning_rate="0.1", beta1="0.7", beta2="0.8", epsilon="0.01", gamma="0.5", weight_decay="0.3")),
    ("schedule-free-adamw", schedule_free_adamw, dict(learning_rate="0.1")),
    ("schedule-free-adamw", schedule_free_adamw, dict(learning_rate="0.1", beta1="0.6", beta2="0.8", epsilon="0.01", warmup=4, weight_decay="0.3")),
    ("lamb", lamb, dict(learning_rate="0.05", layers=SQUARE)),
    ("lamb", lamb, dict(learning_rate="0.05", layers=OBLONG, beta1="0.7", beta2="0.8", epsilon="0.01", weight_decay="0.3")),
    # From d = 1e-6 on, doubles lose ten digits in the difference of start and parameters.
    ("prodigy", prodigy, dict(learning_rate="1", initial_distance="0.02")),
    ("prodigy", prodigy, dict(learning_rate="0.5", beta1="0.7", beta2="0.8", epsilon="0.01", weight_decay="0.3", initial_distance="0.05", distance_factor="1.5")),
    ("adafactor", adafactor, dict(learning_rate="0.01", layers=SQUARE)),
    ("adafactor", adafactor, dict(learning_rate="0.4", layers=OBLONG, decay_exponent="0.5", epsilon="0.01", smallest_parameter="0.8", clipping_threshold="0.6")),
    ("muon", muon, dict(learning_rate="0.02", layers=SQUARE)),
    ("muon", muon, dict(learning_rate="0.05", layers=OBLONG, momentum="0.7", nesterov=False, iterations=3, weight_decay="0.3", vector_learning_rate="0.1", beta1="0.7", beta2="0.8", epsilon="0.01")),
    # A small ε costs doubles as many digits as it adds to the condition number of the preconditioners.
    ("shampoo", shampoo, dict(learning_rate="0.1", layers=SQUARE, epsilon="0.5")),
    ("shampoo", shampoo, dict(learning_rate="0.2", layers=OBLONG, momentum="0.5", epsilon="2", root_every=3)),
    # Eigenvectors are unique where no side is longer than the other by more than one.
    # The second update has the first one's gradient, which its own bases make diagonal: of what is 0, doubles leave 1e-16, divided by ε.
    ("soap", soap, dict(learning_rate="0.1", layers=SQUARE, epsilon="0.01")),
    ("soap", soap, dict(learning_rate="0.1", layers=SQUARE, beta1="0.7", beta2="0.8", epsilon="0.01", weight_decay="0.3", basis_every=1)),
    ("soap", soap, dict(learning_rate="0.05", layers=WIDE, beta2="0.6", epsilon="0.1", basis_every=3)),
    ("soap", soap, dict(learning_rate="0.05", layers=WIDE, epsilon="0.1", basis_every=2, largest_side=2)),
]


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def number(value):
    return Decimal(value) if isinstance(value, str) else value


def main():
    cases = []
    for kind, rule, settings in CASES:
        values = {name: number(value) for name, value in settings.items()}
        step = rule(**{name: value for name, value in values.items() if name != "cautious"})
        x, path = LAYERED_START if "layers" in values else START, []
        for t in range(1, STEPS + 1):
            x = step(x, t)
            path.append([float(a) for a in x])
        layers = values.pop("layers", None)
        options = {camel("weight_decay" if name == "decoupled_decay" else name): float(value) if isinstance(value, Decimal) else value for name, value in values.items()}
        if "warmup" in options:
            options["learningRateSchedule"] = {"kind": "constant", "warmup": options.pop("warmup")}
        cases.append({"kind": kind, "options": options, **({"layers": layers} if layers else {}), "path": path})
    lines = ",\n".join(" " + json.dumps(case) for case in cases)
    pathlib.Path(__file__).with_suffix(".json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
