"""Times the same training steps in PyTorch on the GPU, eager, data drawn on the GPU."""
import pathlib
import sys
import time

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "transformer"))
from pytorch import Transformer  # noqa: E402

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
torch.set_default_device("cuda")


def timed(name, step):
    for _ in range(5):
        step()
    torch.cuda.synchronize()
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        step()
        count += 1
        if count % 20 == 0:
            torch.cuda.synchronize()
    torch.cuda.synchronize()
    print(f"{name}\t{(time.perf_counter() - start) / count * 1e3:.4f}", flush=True)


def parity(count, exponent, scale, skills=5, bits=32):
    frequency = torch.arange(1, skills + 1, dtype=torch.float32) ** -exponent
    every = torch.arange(count)

    def draw():
        x = torch.randint(0, 2, (count, skills + bits)).float()
        skill = torch.multinomial(frequency, count, replacement=True)
        x[:, :skills] = 0
        x[every, skill] = 1
        odd = sum(x[every, skills + 3 * skill + i] for i in range(3)) % 2
        return x, (scale * (1 - 2 * odd)).unsqueeze(1)

    return draw


def perceptron(width, kind, **options):
    draw = parity(4000, 1.6, 5)
    model = nn.Sequential(nn.Linear(37, width), nn.ReLU(), nn.Linear(width, 1))
    optimizer = kind(model.parameters(), **options)

    def step():
        x, y = draw()
        optimizer.zero_grad()
        ((model(x) - y) ** 2).mean().backward()
        optimizer.step()

    return step


def fig02():
    x = torch.randint(0, 2, (10000, 32)).double()
    y = torch.stack([x[:, :2].sum(1) % 2, x[:, 2:4].sum(1) % 2], 1)
    model = nn.Sequential(nn.Linear(32, 50), nn.ReLU(), nn.Linear(50, 2)).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        optimizer.zero_grad()
        ((model(x) - y) ** 2).mean().backward()
        optimizer.step()

    return step


def transformer(precision):
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    draw = parity(5000, 1.9, 1)
    model = Transformer(37, 512, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=5e-5, momentum=0.9, weight_decay=1e-5)

    def step():
        x, y = draw()
        optimizer.zero_grad()
        with torch.autocast("cuda", torch.bfloat16, enabled=precision == "bfloat16"):
            outputs = model(x)
        (outputs.float() - y).pow(2).mean().backward()
        optimizer.step()

    return step


timed("width 1000", perceptron(1000, torch.optim.SGD, lr=0.02))
timed("width 10", perceptron(10, torch.optim.Adam, lr=0.05))
timed("psl-fig02", fig02())
for precision in ("float32", "tf32", "bfloat16"):
    timed(f"transformer, {precision}", transformer(precision))
