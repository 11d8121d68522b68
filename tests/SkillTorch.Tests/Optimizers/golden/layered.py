"""Rules over weight matrices and biases, each as its source states it."""
import math
from decimal import Decimal

from valley import add, gradient, mean, squares, ZEROS


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
