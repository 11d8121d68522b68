"""Times the steps of psl-fig04, psl-fig10 and psl-fig15 in PyTorch, one run at a time: autograd, torch.optim, sampled batches.

usage: torch_steps.py THREADS [PREFIX]
Prints one line a case, of those whose name starts with the prefix: its name and the microseconds of one step. Set-up is left out, and of two ways to
sample the faster one is taken; both favour PyTorch.
"""
import sys
import time

import numpy as np
import torch

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
np.random.seed(0)


def numpy_sampler(p, batch):
    return lambda: np.random.choice(len(p), batch, p=p)


def torch_sampler(p, batch):
    weights = torch.tensor(p)
    return lambda: torch.multinomial(weights, batch, replacement=True)


def optimizer(kind, x, rate):
    if kind == "sgd":
        return torch.optim.SGD([x], lr=rate)
    return torch.optim.Adam([x], lr=rate, betas=(0.0, 0.0) if kind == "signgd" else (0.9, 0.999))


def microseconds(step, windows, length=30):
    """The best steps in a row, after as many for warming up."""
    best = float("inf")
    for window in range(windows + 1):
        start = time.perf_counter()
        for _ in range(length):
            step()
        if window > 0:
            best = min(best, (time.perf_counter() - start) / length)
    return best * 1e6


class Lion:
    """arXiv:2302.06675, as few operations as there can be."""

    def __init__(self, x, rate):
        self.x, self.rate, self.mean = x, rate, torch.zeros_like(x)

    def zero_grad(self):
        self.x.grad = None

    @torch.no_grad()
    def step(self):
        self.x.sub_(torch.lerp(self.x.grad, self.mean, 0.9).sign_(), alpha=self.rate)
        self.mean.lerp_(self.x.grad, 0.01)


class AdEMAMix:
    """arXiv:2409.03137, as few operations as there can be."""

    def __init__(self, x, rate):
        self.x, self.rate, self.t = x, rate, 0
        self.fast, self.slow, self.square = (torch.zeros_like(x) for _ in range(3))

    def zero_grad(self):
        self.x.grad = None

    @torch.no_grad()
    def step(self):
        g, self.t = self.x.grad, self.t + 1
        self.fast.lerp_(g, 0.1)
        self.slow.lerp_(g, 0.0001)
        self.square.mul_(0.999).addcmul_(g, g, value=0.001)
        scale = (1 - 0.999**self.t) ** 0.5
        denominator = self.square.sqrt().add_(1e-8 * scale)
        step = self.slow.mul(2).add_(self.fast, alpha=1 / (1 - 0.9**self.t))
        self.x.addcdiv_(step, denominator, value=-self.rate * scale)


def figure4(kind, aligned, sampler):
    p = np.array([0.9, 0.1])
    t = torch.linalg.qr(torch.randn(1000, 2))[0].T.contiguous()
    x = torch.nn.Parameter(torch.zeros(1000))
    descent = optimizer(kind, x, 3e-2 if kind == "sgd" else 3e-4)
    draw = sampler(p, 128)
    skills, losses, used = [], [], []

    def step():
        descent.zero_grad()
        skill = t @ x
        value = skill.detach().numpy()
        skills.append(value)
        losses.append((1 - value) ** 2)
        ids = draw()
        with torch.no_grad():
            descent_direction = torch.mean(t[ids] * (1 - skill[ids]).unsqueeze(1), dim=0)
        x.grad = -descent_direction
        descent.step()
        if aligned:
            used.append(torch.sum(t * descent_direction[None, :] > 0, dim=1).numpy())

    return microseconds(step, 12)


def figure10(kind, dimensions, aligned, sampler):
    p = np.arange(1, 1001) ** -1.6
    p /= p.sum()
    t = torch.randn(1000, dimensions)
    t /= t.norm(dim=1, keepdim=True)
    x = torch.nn.Parameter(torch.zeros(dimensions))
    descent = optimizer(kind, x, 0.01)
    draw = sampler(p, 1024)
    skills, losses, used = [], [], []

    def step():
        descent.zero_grad()
        skill = torch.sigmoid(t @ x)
        value = skill.detach().numpy()
        skills.append(value)
        losses.append(-np.log(value))
        torch.mean(-torch.log(skill[draw()])).backward()
        descent.step()
        if aligned:
            used.append(torch.sum(t * -x.grad[None, :] > 0, dim=1).numpy())

    return microseconds(step, 4)


def figure15(kind, skills, noise, sampler):
    p = np.arange(1, skills + 1) ** -2.0
    p /= p.sum()
    t = torch.randn(skills, 10) / 10**0.5
    x = torch.nn.Parameter(torch.zeros(10))
    descent = {"adam": lambda: torch.optim.Adam([x], lr=0.01, betas=(0.9, 0.95)), "lion": lambda: Lion(x, 0.01), "ademamix": lambda: AdEMAMix(x, 0.01)}[kind]()
    draw = sampler(p, 128)
    values, done = [], 0

    def step():
        nonlocal done
        descent.zero_grad()
        skill = torch.sigmoid(t @ x)
        if done % 50 == 0:
            values.append(skill.detach().numpy())
        torch.mean(-torch.log(skill[draw()])).backward()
        if noise:
            x.grad.add_(torch.randn(10), alpha=noise)
        descent.step()
        done += 1

    return microseconds(step, 8, 50)


def best(work, *arguments):
    return min(work(*arguments, sampler) for sampler in (numpy_sampler, torch_sampler))


def report(name, mean):
    """Times a case if it is asked for."""
    if name.startswith("".join(sys.argv[2:])):
        print(f"{name} {mean():.3f}")


def mean4(flag):
    runs = {"sgd": 46, "signgd": 50, "adam": 50}
    return sum(n * best(figure4, kind, flag) for kind, n in runs.items()) / sum(runs.values())


for flag, suffix in ((False, ""), (True, "+aligned")):
    report(f"fig04{suffix}", lambda: mean4(flag))
for d in (200, 1000):
    for kind in ("signgd", "adam"):
        report(f"fig10-{d}-{kind}", lambda: best(figure10, kind, d, False))
        report(f"fig10-{d}-{kind}+aligned", lambda: best(figure10, kind, d, True))
for skills in (10, 40):
    for kind in ("adam", "ademamix", "lion"):
        report(f"fig15-{skills}-{kind}", lambda: sum(best(figure15, kind, skills, noise) for noise in (0, 0.2, 1)) / 3)
