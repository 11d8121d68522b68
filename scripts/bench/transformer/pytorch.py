"""Times the same training steps in PyTorch: a plain module, the batch whole or in pieces of 25 samples (for large networks)."""
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, width, heads, tokens):
        super().__init__()
        self.heads = heads
        self.attention_norm, self.mlp_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention_in, self.attention_out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp_in, self.mlp_out = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.register_buffer("later", torch.full((tokens, tokens), float("-inf")).triu(1))

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = self.attention_in(self.attention_norm(x)).split(width, 2)
        q, k, v = (t.view(batch, tokens, self.heads, width // self.heads).transpose(1, 2) for t in (q, k, v))
        attention = F.softmax(q @ k.transpose(2, 3) * (width // self.heads) ** -0.5 + self.later, -1)
        x = x + self.attention_out((attention @ v).transpose(1, 2).reshape(batch, tokens, width))
        return x + self.mlp_out(F.relu(self.mlp_in(self.mlp_norm(x))))


class Transformer(nn.Module):
    def __init__(self, tokens, width, blocks, heads=4):
        super().__init__()
        self.embedding = nn.Linear(2 + tokens, width)
        self.blocks = nn.Sequential(*(Block(width, heads, tokens) for _ in range(blocks)))
        self.last_norm = nn.LayerNorm(width)
        self.readout = nn.Linear(tokens * width, 1)
        self.register_buffer("positions", torch.eye(tokens))

    def forward(self, bits):
        batch, tokens = bits.shape
        x = torch.cat([1 - bits[..., None], bits[..., None], self.positions.expand(batch, tokens, tokens)], 2)
        return self.readout(self.last_norm(self.blocks(F.relu(self.embedding(x)))).flatten(1))


def measure(name, skills, bits, width, count, blocks=1):
    for piece in {count, min(count, 25) if width > 100 else count}:
        model = Transformer(skills + bits, width, blocks)
        optimizer = torch.optim.SGD(model.parameters(), lr=5e-5, momentum=0.9, weight_decay=1e-5)
        frequency = torch.arange(1, skills + 1, dtype=torch.float64) ** -1.9
        times = []
        start = time.perf_counter()
        while time.perf_counter() - start < seconds or len(times) < 2:
            begin = time.perf_counter()
            x = torch.randint(0, 2, (count, skills + bits)).float()
            skill = torch.multinomial(frequency, count, replacement=True)
            x[:, :skills] = F.one_hot(skill, skills)
            odd = sum(x[torch.arange(count), skills + 3 * skill + i] for i in range(3)) % 2
            y = (1 - 2 * odd).unsqueeze(1)
            optimizer.zero_grad()
            for xs, ys in zip(x.split(piece), y.split(piece)):
                ((model(xs) - ys).pow(2).sum() / count).backward()
            optimizer.step()
            times.append((time.perf_counter() - begin) * 1e3)
        times.sort()
        print(f"{name}\t{torch.get_num_threads()}\t{times[len(times) // 2]:.3f}\t{times[0]:.3f}", flush=True)


if __name__ == "__main__":
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    for threads in (1, 2):
        torch.set_num_threads(threads)
        measure("published, 100 samples", 5, 32, 512, 100)
        measure("small", 3, 9, 64, 500)
        measure("two blocks", 3, 9, 64, 500, blocks=2)
