"""Times the steps of psl-fig19 in PyTorch, one network at a time: a 2-100-100-2 MLP, SiLU, Adam, 1000 points, every skill measured.

usage: torch_steps.py THREADS
Prints one line a case: its name and the microseconds of one step, by the clock and of processor time, the best 30 in a row.
Set-up is left out.
"""
import sys
import time

import torch

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
POINTS, RARE = 1000, 10


class Masked(torch.nn.Module):
    """A linear layer of two blocks, as published: the mask is a factor of the weight."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = torch.nn.Linear(inputs, outputs)
        self.mask = torch.zeros(outputs, inputs)
        self.mask[: outputs // 2, : inputs // 2] = 1
        self.mask[outputs // 2 :, inputs // 2 :] = 1

    def forward(self, x):
        return torch.nn.functional.linear(x, self.linear.weight * self.mask, self.linear.bias)


def microseconds(modular, shaped, windows=14):
    layer = Masked if modular else torch.nn.Linear
    silu = torch.nn.SiLU()
    model = torch.nn.Sequential(layer(2, 100), silu, layer(100, 100), silu, layer(100, 2))
    x = torch.rand(POINTS, 2) * 2 - 1
    x[:-RARE, 1] = 0
    x[-RARE:, 0] = 0
    y = x**2
    mask = torch.zeros(POINTS, 2)
    mask[:-RARE, 0] = 1
    mask[-RARE:, 1] = 1
    counted = mask.sum(0)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-4)
    clock, processor = float("inf"), float("inf")
    for window in range(windows):
        start, used = time.perf_counter(), time.process_time()
        for _ in range(30):
            optimizer.zero_grad(set_to_none=True)
            entries = (model(x) - y) ** 2 * mask
            held = entries.detach()
            loss = (entries * held / held.mean()).mean() if shaped else entries.mean()
            loss.backward()
            optimizer.step()
            (held.sum(0) / counted).tolist()
        if window > 1:
            clock, processor = min(clock, (time.perf_counter() - start) / 30), min(processor, (time.process_time() - used) / 30)
    return clock * 1e6, processor * 1e6


for name, modular, shaped in (("plain", False, False), ("modular", True, False), ("power", False, True)):
    print(name, *(round(value, 2) for value in microseconds(modular, shaped)))
