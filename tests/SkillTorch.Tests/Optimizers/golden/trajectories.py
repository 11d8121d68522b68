#!/usr/bin/env python3
"""Golden trajectories of the optimizers: ten steps on a curved valley, with 50 decimal digits.

Each rule is written as its source states it (bias-corrected moments included), on plain numbers and without any
tensor library. Run it to rewrite trajectories.json beside it.
"""
import json
import pathlib
from decimal import Decimal, getcontext

getcontext().prec = 50
START = [Decimal(-1), Decimal("1.5"), Decimal("0.25")]
STEPS = 10


def gradient(x):
    """Gradient of (1 - x0)^2 + 5 (x1 - x0^2)^2 + x2^2 / 2 + x2^4."""
    valley = x[1] - x[0] * x[0]
    return [-2 * (1 - x[0]) - 20 * x[0] * valley, 10 * valley, x[2] + 4 * x[2] ** 3]


def sgd(learning_rate, momentum=0, nesterov=False, weight_decay=0):
    velocity = [Decimal(0)] * len(START)

    def step(x, t):
        g = [a + weight_decay * b for a, b in zip(gradient(x), x)]
        velocity[:] = [momentum * v + a for v, a in zip(velocity, g)]
        direction = [a + momentum * v for a, v in zip(g, velocity)] if nesterov else velocity
        return [a - learning_rate * d for a, d in zip(x, direction)]

    return step


def signgd(learning_rate, epsilon=Decimal("1e-8")):
    return lambda x, t: [a - learning_rate * g / (abs(g) + epsilon) for a, g in zip(x, gradient(x))]


def adam(learning_rate, beta1=Decimal("0.9"), beta2=Decimal("0.999"), epsilon=Decimal("1e-8"), weight_decay=0, decoupled=False):
    m, v = [Decimal(0)] * len(START), [Decimal(0)] * len(START)

    def step(x, t):
        g = gradient(x)
        if decoupled:
            x = [a - learning_rate * weight_decay * a for a in x]
        else:
            g = [a + weight_decay * b for a, b in zip(g, x)]
        m[:] = [beta1 * a + (1 - beta1) * b for a, b in zip(m, g)]
        v[:] = [beta2 * a + (1 - beta2) * b * b for a, b in zip(v, g)]
        corrected = [(a / (1 - beta1**t), b / (1 - beta2**t)) for a, b in zip(m, v)]
        return [a - learning_rate * mean / (square.sqrt() + epsilon) for a, (mean, square) in zip(x, corrected)]

    return step


def adamw(learning_rate, weight_decay=Decimal("0.01"), **others):
    return adam(learning_rate, weight_decay=weight_decay, decoupled=True, **others)


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
]


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def main():
    cases = []
    for kind, rule, settings in CASES:
        values = {name: value if isinstance(value, bool) else Decimal(value) for name, value in settings.items()}
        step, x, path = rule(**values), START, []
        for t in range(1, STEPS + 1):
            x = step(x, t)
            path.append([float(a) for a in x])
        options = {camel(name): value if isinstance(value, bool) else float(value) for name, value in values.items()}
        cases.append({"kind": kind, "options": options, "path": path})
    lines = ",\n".join(" " + json.dumps(case) for case in cases)
    pathlib.Path(__file__).with_suffix(".json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
