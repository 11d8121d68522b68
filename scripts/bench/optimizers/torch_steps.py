"""Times the steps of torch.optim's optimizers over a million parameters in float32.

usage: torch_steps.py THREADS [KIND...]
Prints one line a kind: its name and the milliseconds of one step, the better one of foreach and for-loop. Each counts with its
best five steps in a row.
"""
import inspect
import sys
import time

import torch

OPTIMIZERS = {
    "adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "nadam": torch.optim.NAdam, "radam": torch.optim.RAdam,
    "adagrad": torch.optim.Adagrad, "rmsprop": torch.optim.RMSprop, "sgd": lambda x, **o: torch.optim.SGD(x, lr=1e-3, **o),
}


def milliseconds(make, **settings):
    x = torch.nn.Parameter(torch.randn(1000, 1000))
    x.grad = torch.randn_like(x)
    descent = make([x], **settings)
    best = float("inf")
    for window in range(21):
        start = time.perf_counter()
        for _ in range(5):
            descent.step()
        if window > 0:
            best = min(best, (time.perf_counter() - start) / 5)
    return best * 1e3


torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
for kind in sys.argv[2:] or ["adam"]:
    print(f"{kind} {min(milliseconds(OPTIMIZERS[kind], foreach=foreach) for foreach in (False, True)):.4f}")
