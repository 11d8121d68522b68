"""Times the same training steps in PyTorch (SGD, fresh inputs and labels where the kernel draws them): by autograd, and with the
gradient written out into buffers that are kept, of which the faster counts."""
import sys
import time

import torch

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0


def measure(name, controls, bits, width, outputs, count, replicates, dtype, threads, fresh):
    torch.set_num_threads(threads)
    both = [steps(controls, bits, width, outputs, count, dtype, fresh, by_hand) for by_hand in (False, True)]
    median, least = (min(one[i] for one in both) for i in (0, 1))
    # One network at a time: a stack costs as many steps as it has replicates.
    print(f"{name}\t{threads}\t{1000 * replicates * median:.4f}\t{1000 * replicates * least:.4f}", flush=True)


def steps(controls, bits, width, outputs, count, dtype, fresh, by_hand):
    inputs = controls + bits
    weights = [0.01 * torch.randn(s, dtype=dtype) for s in ((width, inputs), (width,), (outputs, width), (outputs,))]
    for w in weights:
        w.requires_grad_(not by_hand)
    frequency = torch.arange(1, 6, dtype=torch.float64) ** -1.6
    x, hidden, back = torch.zeros(count, inputs, dtype=dtype), torch.empty(count, width, dtype=dtype), torch.empty(count, width, dtype=dtype)
    every = torch.arange(count)
    y = None
    times = []
    start = time.perf_counter()
    while time.perf_counter() - start < seconds or len(times) < 3:
        begin = time.perf_counter()
        if fresh or y is None:
            x.random_(0, 2)
            if controls:
                skill = torch.multinomial(frequency, count, replacement=True)
                x[:, :controls] = 0
                x[every, skill] = 1
                own = controls + 3 * skill
                odd = sum(x[every, own + i] for i in range(3)) % 2
                y = (5 - 10 * odd).unsqueeze(1)
            else:
                y = torch.stack([x[:, 3 * o:3 * o + 3].sum(1) % 2 for o in range(outputs)], 1)
        if by_hand:
            with torch.no_grad():
                w1, b1, w2, b2 = weights
                torch.addmm(b1, x, w1.T, out=hidden).relu_()
                error = torch.addmm(b2, hidden, w2.T).sub_(y)
                error.square().mean()
                error.mul_(2 / error.numel())
                torch.mm(error, w2, out=back).mul_(hidden > 0)
                gradients = (back.T @ x, back.sum(0), error.T @ hidden, error.sum(0))
        else:
            for w in weights:
                w.grad = None
            activation = torch.nn.functional.linear(x, weights[0], weights[1]).relu_()
            ((torch.nn.functional.linear(activation, weights[2], weights[3]) - y) ** 2).mean().backward()
            gradients = [w.grad for w in weights]
        with torch.no_grad():
            for w, g in zip(weights, gradients):
                w.sub_(g, alpha=0.001)
        times.append(time.perf_counter() - begin)
    times.sort()
    return times[len(times) // 2], times[0]


for threads in (1, 2):
    measure("wide", 5, 32, 1000, 1, 4000, 1, torch.float32, threads, True)
    measure("narrow", 5, 32, 10, 1, 4000, 50, torch.float32, threads, True)
    measure("one", 5, 32, 10, 1, 4000, 1, torch.float32, threads, True)
    measure("fig02", 0, 32, 50, 2, 10000, 10, torch.float64, threads, False)
    measure("fig02c", 0, 32, 50, 3, 10000, 10, torch.float64, threads, False)
