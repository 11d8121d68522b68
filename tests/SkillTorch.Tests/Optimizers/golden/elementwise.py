"""Sign and momentum rules, Adam, and the mask around any rule, each as its source states it."""
from decimal import Decimal

from valley import add, gradient, mean, sign, START, ZEROS


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
