#!/usr/bin/env python3
"""Golden trajectories of the optimizers: ten steps on a curved valley, with 50 decimal digits.

Each rule is written as its source states it (bias-corrected moments included), on plain numbers and without any
tensor library. Run it to rewrite trajectories.json beside it.
"""
import json
import math
import pathlib
from decimal import Decimal, getcontext

getcontext().prec = 50
START = [Decimal(-1), Decimal("1.5"), Decimal("0.25")]
LAYERED_START = START + [Decimal("0.5"), Decimal("-0.75"), Decimal("-0.5")]
SQUARE = [[2, 2], [2]]  # a matrix and a vector
OBLONG = [[3, 1], [1, 2], [1]]
STEPS = 10
ZEROS = [Decimal(0)] * len(START)


def gradient(x):
    """Gradient of (1 - x0)^2 + 5 (x1 - x0^2)^2 + x2^2 / 2 + x2^4, summed over each three numbers."""
    if len(x) > 3:
        return gradient(x[:3]) + gradient(x[3:])
    valley = x[1] - x[0] * x[0]
    return [-2 * (1 - x[0]) - 20 * x[0] * valley, 10 * valley, x[2] + 4 * x[2] ** 3]


def mean(old, new, beta):
    """Running mean."""
    return [beta * a + (1 - beta) * b for a, b in zip(old, new)]


def squares(x):
    return [a * a for a in x]


def sign(a):
    return (a > 0) - (a < 0)


def add(x, y, factor=1):
    return [a + factor * b for a, b in zip(x, y)]


def cautious(rule):
    """Algorithm 1 of arXiv:2411.16085 around a rule with weight decay 1 - learning rate * weight decay, or none."""

    def wrapped(learning_rate, decoupled_decay=0, **others):
        if decoupled_decay:
            others["weight_decay"] = decoupled_decay
        inner = rule(learning_rate, **others)

        def step(x, t):
            start = [a * (1 - learning_rate * decoupled_decay) for a in x]
            u = add(start, inner(x, t), -1)
            mask = [a * b > 0 for a, b in zip(u, gradient(x))]
            longer = Decimal(len(x)) / (sum(mask) + 1)
            return [a - b * longer * m for a, b, m in zip(start, u, mask)]

        return step

    return wrapped


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


def signum(learning_rate, beta=Decimal("0.9"), weight_decay=0):
    m = ZEROS

    def step(x, t):
        nonlocal m
        m = mean(m, gradient(x), beta)
        return [a - learning_rate * (sign(b) + weight_decay * a) for a, b in zip(x, m)]

    return step


def lion(learning_rate, beta1=Decimal("0.9"), beta2=Decimal("0.99"), weight_decay=0):
    m = ZEROS

    def step(x, t):
        nonlocal m
        g = gradient(x)
        c = mean(m, g, beta1)
        m = mean(m, g, beta2)
        return [a - learning_rate * (sign(b) + weight_decay * a) for a, b in zip(x, c)]

    return step


def focus(learning_rate, beta1=Decimal("0.9"), beta2=Decimal("0.999"), gamma=Decimal("0.1"), weight_decay=0):
    m, average = ZEROS, ZEROS

    def step(x, t):
        nonlocal m, average
        m = mean(m, gradient(x), beta1)
        average = mean(average, x, beta2)
        corrected = x if t == 1 else [a / (1 - beta2**t) for a in average]
        return [a - learning_rate * (sign(b) + gamma * sign(a - c) + weight_decay * c) for a, b, c in zip(x, m, corrected)]

    return step


def sophia(learning_rate, beta1=Decimal("0.96"), beta2=Decimal("0.99"), gamma=Decimal("0.05"), batch_size=1,
           epsilon=Decimal("1e-12"), estimate_every=10, weight_decay=0):
    m, h = ZEROS, ZEROS

    def step(x, t):
        nonlocal m, h
        g = gradient(x)
        m = mean(m, g, beta1)
        if estimate_every == 1 or t % estimate_every == 1:
            h = mean(h, [batch_size * a * a for a in g], beta2)
        x = [a - learning_rate * weight_decay * a for a in x]
        clipped = [max(Decimal(-1), min(Decimal(1), a / max(gamma * b, epsilon))) for a, b in zip(m, h)]
        return add(x, clipped, -learning_rate)

    return step


def amsgrad(learning_rate, beta1=Decimal("0.9"), beta2=Decimal("0.999"), epsilon=Decimal("1e-8"), weight_decay=0):
    m, v, largest = ZEROS, ZEROS, ZEROS

    def step(x, t):
        nonlocal m, v, largest
        g = add(gradient(x), x, weight_decay)
        m, v = mean(m, g, beta1), mean(v, squares(g), beta2)
        largest = [max(a, b) for a, b in zip(largest, v)]
        return [a - learning_rate * b / (1 - beta1**t) / ((c / (1 - beta2**t)).sqrt() + epsilon) for a, b, c in zip(x, m, largest)]

    return step


def nadam(learning_rate, beta1=Decimal("0.9"), beta2=Decimal("0.999"), epsilon=Decimal("1e-8"), weight_decay=0,
          momentum_decay=Decimal("0.004")):
    m, v = ZEROS, ZEROS

    def momentum(t):
        return beta1 * (1 - Decimal("0.5") * Decimal("0.96") ** (t * momentum_decay))

    def product(t):
        return momentum(t) * product(t - 1) if t else Decimal(1)

    def step(x, t):
        nonlocal m, v
        g = add(gradient(x), x, weight_decay)
        m, v = mean(m, g, beta1), mean(v, squares(g), beta2)
        ahead = [momentum(t + 1) * a / (1 - product(t + 1)) + (1 - momentum(t)) * b / (1 - product(t)) for a, b in zip(m, g)]
        return [a - learning_rate * b / ((c / (1 - beta2**t)).sqrt() + epsilon) for a, b, c in zip(x, ahead, v)]

    return step


def radam(learning_rate, beta1=Decimal("0.9"), beta2=Decimal("0.999"), epsilon=Decimal("1e-8"), weight_decay=0):
    m, v = ZEROS, ZEROS
    longest = 2 / (1 - beta2) - 1

    def step(x, t):
        nonlocal m, v
        g = gradient(x)
        m, v = mean(m, g, beta1), mean(v, squares(g), beta2)
        corrected = [a / (1 - beta1**t) for a in m]
        length = longest - 2 * t * beta2**t / (1 - beta2**t)
        x = [a - learning_rate * weight_decay * a for a in x]
        if length <= 4:
            return add(x, corrected, -learning_rate)
        r = ((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)).sqrt()
        adaptive = [(1 - beta2**t).sqrt() / (a.sqrt() + epsilon) for a in v]
        return [a - learning_rate * r * b * c for a, b, c in zip(x, corrected, adaptive)]

    return step


def adagrad(learning_rate, epsilon=Decimal("1e-10"), weight_decay=0):
    total = ZEROS

    def step(x, t):
        nonlocal total
        g = add(gradient(x), x, weight_decay)
        total = add(total, squares(g))
        return [a - learning_rate * b / (c.sqrt() + epsilon) for a, b, c in zip(x, g, total)]

    return step


def rmsprop(learning_rate, alpha=Decimal("0.99"), epsilon=Decimal("1e-8"), momentum=0, centered=False, weight_decay=0):
    square, average, buffer = ZEROS, ZEROS, ZEROS

    def step(x, t):
        nonlocal square, average, buffer
        g = add(gradient(x), x, weight_decay)
        square = mean(square, squares(g), alpha)
        average = mean(average, g, alpha)
        variance = add(square, squares(average), -1) if centered else square
        buffer = [momentum * a + b / (c.sqrt() + epsilon) for a, b, c in zip(buffer, g, variance)]
        return add(x, buffer, -learning_rate)

    return step


def ademamix(learning_rate, beta1=Decimal("0.9"), beta2=Decimal("0.999"), beta3=Decimal("0.9999"), alpha=2,
             alpha_warmup=0, beta3_warmup=0, epsilon=Decimal("1e-8"), weight_decay=0):
    m, slow, v = ZEROS, ZEROS, ZEROS

    def slow_decay(t):
        """Equation of the paper's scheduler, exp(ln b1 ln b3 / ((1 - t/T) ln b3 + t/T ln b1))."""
        if t >= beta3_warmup:
            return beta3
        done = Decimal(t) / beta3_warmup
        return (beta1.ln() * beta3.ln() / ((1 - done) * beta3.ln() + done * beta1.ln())).exp()

    def step(x, t):
        nonlocal m, slow, v
        g = gradient(x)
        weight = alpha * min(Decimal(1), Decimal(t) / alpha_warmup) if alpha_warmup else alpha
        m, slow, v = mean(m, g, beta1), mean(slow, g, slow_decay(t)), mean(v, squares(g), beta2)
        return [a - learning_rate * ((b / (1 - beta1**t) + weight * c) / ((d / (1 - beta2**t)).sqrt() + epsilon) + weight_decay * a)
                for a, b, c, d in zip(x, m, slow, v)]

    return step


def adan(learning_rate, beta1=Decimal("0.98"), beta2=Decimal("0.92"), beta3=Decimal("0.99"), epsilon=Decimal("1e-8"), weight_decay=0):
    m, d, v, before = ZEROS, ZEROS, ZEROS, None

    def step(x, t):
        nonlocal m, d, v, before
        g = gradient(x)
        change = add(g, before, -1) if before else ZEROS
        before = g
        m, d, v = mean(m, g, beta1), mean(d, change, beta2), mean(v, squares(add(g, change, beta2)), beta3)
        return [(a - learning_rate * (b / (1 - beta1**t) + beta2 * c / (1 - beta2**t)) / ((e / (1 - beta3**t)).sqrt() + epsilon))
                / (1 + weight_decay * learning_rate) for a, b, c, e in zip(x, m, d, v)]

    return step


def mars(learning_rate, beta1=Decimal("0.95"), beta2=Decimal("0.99"), epsilon=Decimal("1e-8"), gamma=Decimal("0.025"), weight_decay=0):
    m, v, before = ZEROS, ZEROS, None

    def step(x, t):
        nonlocal m, v, before
        g = gradient(x)
        c = add(g, add(g, before, -1), gamma * beta1 / (1 - beta1)) if before else g
        before = g
        norm = sum(squares(c)).sqrt()
        if norm > 1:
            c = [a / norm for a in c]
        m, v = mean(m, c, beta1), mean(v, squares(c), beta2)
        return [a - learning_rate * (b / (1 - beta1**t) / ((d / (1 - beta2**t)).sqrt() + epsilon) + weight_decay * a) for a, b, d in zip(x, m, v)]

    return step


def schedule_free_adamw(learning_rate, beta1=Decimal("0.9"), beta2=Decimal("0.999"), epsilon=Decimal("1e-8"), warmup=0, weight_decay=0):
    """The path is that of y, where gradients are taken."""
    z, average, v, total = None, None, ZEROS, Decimal(0)

    def step(y, t):
        nonlocal z, average, v, total
        if t == 1:
            z, average = y, y
        g = gradient(y)
        v = mean(v, squares(g), beta2)
        size = learning_rate * (1 - beta2**t).sqrt() * (min(Decimal(1), Decimal(t) / warmup) if warmup else 1)
        z = [a - size * b / (c.sqrt() + epsilon) - size * weight_decay * d for a, b, c, d in zip(z, g, v, y)]
        total += size**2
        part = size**2 / total
        average = [(1 - part) * a + part * b for a, b in zip(average, z)]
        return [(1 - beta1) * a + beta1 * b for a, b in zip(z, average)]

    return step


def pieces(layers, *vectors):
    """The layers' shapes, each with its part of each vector."""
    offset = 0
    for shape in layers:
        length = math.prod(shape)
        yield shape, *(v[offset : offset + length] for v in vectors)
        offset += length


def norm(x):
    return sum(squares(x)).sqrt()


def root_mean_square(x):
    return (sum(squares(x)) / len(x)).sqrt()


def lamb(learning_rate, layers, beta1=Decimal("0.9"), beta2=Decimal("0.999"), epsilon=Decimal("1e-6"), weight_decay=Decimal("0.01")):
    m, v = ZEROS * 2, ZEROS * 2

    def step(x, t):
        nonlocal m, v
        g = gradient(x)
        m, v = mean(m, g, beta1), mean(v, squares(g), beta2)
        u = [a / (1 - beta1**t) / ((b / (1 - beta2**t)).sqrt() + epsilon) + weight_decay * c for a, b, c in zip(m, v, x)]
        return [c for _, w, r in pieces(layers, x, u) for c in add(w, r, -learning_rate * norm(w) / norm(r))]

    return step


def prodigy(learning_rate, beta1=Decimal("0.9"), beta2=Decimal("0.999"), epsilon=Decimal("1e-8"), weight_decay=0,
            initial_distance=Decimal("1e-6"), distance_factor=1):
    m, v, s, r, d, start = ZEROS, ZEROS, ZEROS, Decimal(0), initial_distance, None

    def step(x, t):
        nonlocal m, v, s, r, d, start
        start = start or x
        g = gradient(x)
        beta3 = beta2.sqrt()
        m, v = mean(m, [d * a for a in g], beta1), mean(v, [d * d * a * a for a in g], beta2)
        r = beta3 * r + (1 - beta3) * learning_rate * d * d * sum(a * (b - c) for a, b, c in zip(g, start, x))
        s = mean(s, [learning_rate * d * d * a for a in g], beta3)
        x = [a - learning_rate * d * (b / (c.sqrt() + d * epsilon) + weight_decay * a) for a, b, c in zip(x, m, v)]
        d = max(d, distance_factor * r / sum(abs(a) for a in s))
        return x

    return step


def adafactor(learning_rate, layers, decay_exponent=Decimal("0.8"), epsilon=Decimal("1e-30"), smallest_parameter=Decimal("1e-3"),
              clipping_threshold=Decimal(1)):
    memory = {}

    def moment(index, shape, g2, beta):
        if len(shape) == 1:
            memory[index] = mean(memory.get(index, [Decimal(0)] * len(g2)), g2, beta)
            return memory[index]
        rows, columns = shape
        old = memory.get(index, ([Decimal(0)] * rows, [Decimal(0)] * columns))
        r = mean(old[0], [sum(g2[i * columns : (i + 1) * columns]) for i in range(rows)], beta)
        c = mean(old[1], [sum(g2[j::columns]) for j in range(columns)], beta)
        memory[index] = r, c
        return [a * b / sum(r) for a in r for b in c]

    def step(x, t):
        beta = 1 - Decimal(t) ** -decay_exponent
        moved = []
        for index, (shape, w, g) in enumerate(pieces(layers, x, gradient(x))):
            v = moment(index, shape, [a * a + epsilon for a in g], beta)
            u = [a / b.sqrt() for a, b in zip(g, v)]
            u = [a / max(Decimal(1), root_mean_square(u) / clipping_threshold) for a in u]
            size = max(smallest_parameter, root_mean_square(w)) * min(learning_rate, 1 / Decimal(t).sqrt())
            moved += add(w, u, -size)
        return moved

    return step


def product(x, y):
    return [[sum(a * b for a, b in zip(row, column)) for column in zip(*y)] for row in x]


def transposed(x):
    return [list(column) for column in zip(*x)]


def muon(learning_rate, layers, momentum=Decimal("0.95"), nesterov=True, iterations=5, weight_decay=0,
         vector_learning_rate=Decimal("3e-4"), beta1=Decimal("0.9"), beta2=Decimal("0.95"), epsilon=Decimal("1e-10")):
    m, v = ZEROS * 2, ZEROS * 2

    def orthogonal(x):
        if len(x) > len(x[0]):
            return transposed(orthogonal(transposed(x)))
        for _ in range(iterations):
            gram = product(x, transposed(x))
            cubic, quintic = product(gram, x), product(product(gram, gram), x)
            x = [[Decimal("3.4445") * a - Decimal("4.7750") * b + Decimal("2.0315") * c for a, b, c in zip(*rows)] for rows in zip(x, cubic, quintic)]
        return x

    def step(x, t):
        nonlocal m, v
        g = gradient(x)
        means, moved = [], []
        v = mean(v, squares(g), beta2)
        for shape, w, old, slope, square in pieces(layers, x, m, g, v):
            if len(shape) == 1:
                new = mean(old, slope, beta1)
                moved += [a - vector_learning_rate * b / (1 - beta1**t) / ((c / (1 - beta2**t)).sqrt() + epsilon) for a, b, c in zip(w, new, square)]
            else:
                new = mean(old, slope, momentum)
                direction = mean(new, slope, momentum) if nesterov else new
                length, (rows, columns) = norm(direction) + Decimal("1e-7"), shape
                x = orthogonal([[a / length for a in direction[i * columns : (i + 1) * columns]] for i in range(rows)])
                size = learning_rate * max(Decimal(1), Decimal(rows) / columns).sqrt()
                moved += [a - learning_rate * weight_decay * a - size * b for a, b in zip(w, sum(x, []))]
            means += new
        m = means
        return moved

    return step


def identity(size, factor=1):
    return [[Decimal(factor * (i == j)) for j in range(size)] for i in range(size)]


def inverse(x):
    """By Gauss-Jordan elimination; for positive definite matrices."""
    size = len(x)
    rows = [row + unit for row, unit in zip(x, identity(size))]
    for i in range(size):
        rows[i] = [a / rows[i][i] for a in rows[i]]
        rows = [row if j == i else add(row, rows[i], -row[i]) for j, row in enumerate(rows)]
    return [row[size:] for row in rows]


def roots(x):
    """Square root and inverse square root of a positive definite matrix, by the Denman-Beavers iteration."""
    y, z = x, identity(len(x))
    for _ in range(60):
        y, z = ([[(a + b) / 2 for a, b in zip(*rows)] for rows in zip(p, inverse(q))] for p, q in ((y, z), (z, y)))
    return y, z


def shampoo(learning_rate, layers, momentum=Decimal("0.9"), epsilon=Decimal("1e-4"), root_every=1):
    memory, buffer = {}, ZEROS * 2

    def matrix_step(index, shape, g, t):
        rows, columns = shape
        g = [g[i * columns : (i + 1) * columns] for i in range(rows)]
        old = memory.get(index, (identity(rows, epsilon), identity(columns, epsilon)))
        new = product(g, transposed(g)), product(transposed(g), g)
        memory[index] = left, right = [[add(a, b) for a, b in zip(x, y)] for x, y in zip(old, new)]
        if (t - 1) % root_every == 0:
            memory[index, "roots"] = [roots(roots(x)[0])[1] for x in (left, right)]
        left_root, right_root = memory[index, "roots"]
        return sum(product(product(left_root, g), right_root), [])

    def step(x, t):
        nonlocal buffer
        directions = []
        for index, (shape, g) in enumerate(pieces(layers, gradient(x))):
            if len(shape) == 2:
                directions += matrix_step(index, shape, g, t)
            else:
                memory[index] = add(memory.get(index, [epsilon] * len(g)), squares(g))
                directions += [a / b.sqrt() for a, b in zip(g, memory[index])]
        buffer = [momentum * a + b for a, b in zip(buffer, directions)]
        return add(x, buffer, -learning_rate)

    return step


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
        cases.append({"kind": kind, "options": options, **({"layers": layers} if layers else {}), "path": path})
    lines = ",\n".join(" " + json.dumps(case) for case in cases)
    pathlib.Path(__file__).with_suffix(".json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
