"""Rules that divide by a running mean of squares, each as its source states it."""
from decimal import Decimal

from valley import add, gradient, mean, squares, ZEROS


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
