"""The function that the golden trajectories descend, where they start, and vectors as lists of decimals."""
from decimal import Decimal, getcontext

getcontext().prec = 50
START = [Decimal(-1), Decimal("1.5"), Decimal("0.25")]
LAYERED_START = START + [Decimal("0.5"), Decimal("-0.75"), Decimal("-0.5")]
SQUARE = [[2, 2], [2]]  # a matrix and a vector
OBLONG = [[3, 1], [1, 2], [1]]
WIDE = [[2, 3]]
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
