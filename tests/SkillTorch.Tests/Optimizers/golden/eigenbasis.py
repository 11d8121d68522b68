"""SOAP as its paper and its authors' code state it; eigenvectors by Jacobi rotations, orthonormal bases by Gram-Schmidt."""
from decimal import Decimal

from layered import identity, norm, pieces, product, transposed
from valley import add, gradient, mean, squares, ZEROS


def eigenvectors(matrix):
    """Columns are the eigenvectors of a symmetric matrix, that of the largest eigenvalue first."""
    a, v, size = [row[:] for row in matrix], identity(len(matrix)), len(matrix)
    for _ in range(40):
        for p in range(size):
            for q in range(p + 1, size):
                if abs(a[p][q]) < Decimal("1e-60"):
                    continue
                theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                tangent = (1 if theta >= 0 else -1) / (abs(theta) + (theta * theta + 1).sqrt())
                cosine = 1 / (tangent * tangent + 1).sqrt()
                rotation = identity(size)
                rotation[p][p] = rotation[q][q] = cosine
                rotation[p][q], rotation[q][p] = tangent * cosine, -tangent * cosine
                a, v = product(product(transposed(rotation), a), rotation), product(v, rotation)
    order = sorted(range(size), key=lambda i: -a[i][i])
    return transposed([transposed(v)[i] for i in order])


def orthonormal(matrix):
    """The Q of a QR decomposition."""
    columns = []
    for column in transposed(matrix):
        for known in columns:
            column = add(column, known, -sum(a * b for a, b in zip(column, known)))
        columns.append([a / norm(column) for a in column])
    return transposed(columns)


def soap(learning_rate, layers, beta1=Decimal("0.95"), beta2=Decimal("0.95"), epsilon=Decimal("1e-8"), weight_decay=Decimal("0.01"),
         basis_every=10, largest_side=10_000):
    m, memory = ZEROS * 2, {}

    def new_basis(matrix, basis):
        """Algorithm 4, after the columns are put in order of the eigenvalues that they estimate."""
        turned = product(matrix, basis)
        estimates = [sum(a * b for a, b in zip(x, y)) for x, y in zip(transposed(basis), transposed(turned))]
        order = sorted(range(len(matrix)), key=lambda i: -estimates[i])
        return orthonormal(transposed([transposed(turned)[i] for i in order])), order

    def update_bases(index, shape, g, t):
        rows, columns = shape
        entry = memory.setdefault(index, {"v": [[Decimal(0)] * columns for _ in range(rows)]})
        for side, new in (("left", product(g, transposed(g))), ("right", product(transposed(g), g))):
            size = len(new)
            if size > largest_side:
                entry[side, "basis"] = identity(size)
                continue
            entry[side] = [mean(a, b, beta2) for a, b in zip(entry.get(side, identity(size, 0)), new)]
            if t == 1:
                entry[side, "basis"] = eigenvectors(entry[side])
            elif (t - 1) % basis_every == 0:
                entry[side, "basis"], order = new_basis(entry[side], entry[side, "basis"])
                v = entry["v"]
                entry["v"] = [v[i] for i in order] if side == "left" else [[row[j] for j in order] for row in v]

    def matrix_direction(index, shape, g, moment, t):
        entry = memory[index]
        left, right = entry["left", "basis"], entry["right", "basis"]
        turned, turned_moment = (product(product(transposed(left), x), right) for x in (g, moment))
        entry["v"] = [mean(a, squares(b), beta2) for a, b in zip(entry["v"], turned)]
        quotient = [[a / (b.sqrt() + epsilon) for a, b in zip(x, y)] for x, y in zip(turned_moment, entry["v"])]
        return sum(product(product(left, quotient), transposed(right)), [])

    def step(x, t):
        nonlocal m
        g, moved = gradient(x), []
        if t > 1:
            m = mean(m, g, beta1)
            size = learning_rate * (1 - beta2 ** (t - 1)).sqrt() / (1 - beta1 ** (t - 1))
        for index, (shape, w, slope, moment) in enumerate(pieces(layers, x, g, m)):
            if len(shape) == 2:
                rows, columns = shape
                slope, moment = ([y[i * columns : (i + 1) * columns] for i in range(rows)] for y in (slope, moment))
            if t == 1:
                moved += w
            else:
                if len(shape) == 2:
                    direction = matrix_direction(index, shape, slope, moment, t)
                else:
                    memory[index] = mean(memory.get(index, [Decimal(0)] * len(w)), squares(slope), beta2)
                    direction = [a / (b.sqrt() + epsilon) for a, b in zip(moment, memory[index])]
                moved += [(1 - learning_rate * weight_decay) * a for a in add(w, direction, -size)]
            if len(shape) == 2:
                update_bases(index, shape, slope, t)
        return moved

    return step
