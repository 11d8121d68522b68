"""Times the same training steps in PyTorch (autograd, SGD, fresh inputs and labels where the kernel draws them)."""
import sys
import time

import torch

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0


def measure(name, controls, bits, width, outputs, count, replicates, dtype, threads, fresh):
    torch.set_num_threads(threads)
    inputs = controls + bits
    weights = [0.01 * torch.randn(s, dtype=dtype) for s in ((width, inputs), (width,), (outputs, width), (outputs,))]
    for w in weights:
        w.requires_grad_()
    frequency = torch.arange(1, 6, dtype=torch.float64) ** -1.6
    times = []
    x = y = None
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        begin = time.perf_counter()
        if fresh or x is None:
            x = torch.randint(0, 2, (count, inputs)).to(dtype)
            if controls:
                skill = torch.multinomial(frequency, count, replacement=True)
                x[:, :controls] = 0
                x[torch.arange(count), skill] = 1
                own = controls + 3 * skill
                odd = sum(x[torch.arange(count), own + i] for i in range(3)) % 2
                y = (5 - 10 * odd).unsqueeze(1)
            else:
                y = torch.stack([x[:, 3 * o:3 * o + 3].sum(1) % 2 for o in range(outputs)], 1)
        for w in weights:
            w.grad = None
        hidden = torch.relu(torch.nn.functional.linear(x, weights[0], weights[1]))
        loss = ((torch.nn.functional.linear(hidden, weights[2], weights[3]) - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for w in weights:
                w -= 0.001 * w.grad
        times.append(time.perf_counter() - begin)
    times.sort()
    # One network at a time: a stack costs as many steps as it has replicates.
    print(f"{name}\t{threads}\t{1000 * replicates * times[len(times) // 2]:.4f}\t{1000 * replicates * times[0]:.4f}", flush=True)


for threads in (1, 2):
    measure("wide", 5, 32, 1000, 1, 4000, 1, torch.float32, threads, True)
    measure("narrow", 5, 32, 10, 1, 4000, 50, torch.float32, threads, True)
    measure("one", 5, 32, 10, 1, 4000, 1, torch.float32, threads, True)
    measure("fig02", 0, 32, 50, 2, 10000, 10, torch.float64, threads, False)
    measure("fig02c", 0, 32, 50, 3, 10000, 10, torch.float64, threads, False)
