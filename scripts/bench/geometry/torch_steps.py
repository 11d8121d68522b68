"""Times the steps of psl-fig04 and psl-fig10 in PyTorch, one run at a time: autograd, torch.optim, sampled batches.

usage: torch_steps.py THREADS
Prints one line a case: its name and the microseconds of one step. Set-up is left out, and of two ways to
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


def microseconds(step, windows):
    """The best 30 steps in a row, after as many for warming up."""
    best = float("inf")
    for window in range(windows + 1):
        start = time.perf_counter()
        for _ in range(30):
            step()
        if window > 0:
            best = min(best, (time.perf_counter() - start) / 30)
    return best * 1e6


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


def best(work, *arguments):
    return min(work(*arguments, sampler) for sampler in (numpy_sampler, torch_sampler))


for flag, suffix in ((False, ""), (True, "+aligned")):
    runs = {"sgd": 46, "signgd": 50, "adam": 50}
    mean = sum(n * best(figure4, kind, flag) for kind, n in runs.items()) / sum(runs.values())
    print(f"fig04{suffix} {mean:.3f}")
for d in (200, 1000):
    for kind in ("signgd", "adam"):
        print(f"fig10-{d}-{kind} {best(figure10, kind, d, False):.3f}")
        print(f"fig10-{d}-{kind}+aligned {best(figure10, kind, d, True):.3f}")
