"""The training steps of `skilltorch bench` in eager PyTorch, as the papers' scripts train: one network at a time.

Reads a request a line, {"trial": …, "timed": "step" | "update", "seconds": …, "window": …, "threads": …, "device": …}, and
answers each with a line: the median and the least microseconds of a step, or an "error" that says what has no twin here. Where a
step can be written in several ways, each is timed and the fastest counts.
"""
import contextlib
import json
import os
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class Unknown(Exception):
    """Settings that this script does not know."""


# Models


class Masked(nn.Module):
    """A linear layer in blocks, as published: the mask is a factor of the weight."""

    def __init__(self, inputs, outputs, blocks):
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.register_buffer("mask", torch.block_diag(*[torch.ones(outputs // blocks, inputs // blocks)] * blocks))

    def forward(self, x):
        return F.linear(x, self.linear.weight * self.mask, self.linear.bias)


class Embedded(nn.Module):
    """A perceptron on the embeddings of two tokens, side by side."""

    def __init__(self, values, size, std, layers):
        super().__init__()
        self.embedding = nn.Parameter(std * torch.randn(values, size))
        self.layers = layers

    def forward(self, tokens):
        return self.layers(torch.cat([self.embedding[column] for column in tokens.unbind(1)], 1))


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
        if hasattr(F, "scaled_dot_product_attention"):
            attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            attended = F.softmax(q @ k.transpose(2, 3) * (width // self.heads) ** -0.5 + self.later, -1) @ v
        x = x + self.attention_out(attended.transpose(1, 2).reshape(batch, tokens, width))
        return x + self.mlp_out(F.relu(self.mlp_in(self.mlp_norm(x))))


class Transformer(nn.Module):
    def __init__(self, tokens, outputs, width, heads, blocks):
        super().__init__()
        self.embedding = nn.Linear(2 + tokens, width)
        self.blocks = nn.Sequential(*(Block(width, heads, tokens) for _ in range(blocks)))
        self.last_norm = nn.LayerNorm(width)
        self.readout = nn.Linear(tokens * width, outputs)
        self.register_buffer("positions", torch.eye(tokens))

    def forward(self, bits):
        batch, tokens = bits.shape
        x = torch.cat([1 - bits[..., None], bits[..., None], self.positions.expand(batch, tokens, tokens)], 2)
        return self.readout(self.last_norm(self.blocks(F.relu(self.embedding(x)))).flatten(1))


def perceptron(widths, activation, linear=nn.Linear):
    act = {"relu": nn.ReLU, "silu": nn.SiLU}.get(activation) or unknown("model.activation", activation)
    layers = [linear(widths[0], widths[1])]
    for inputs, outputs in zip(widths[1:], widths[2:]):
        layers += [act(), linear(inputs, outputs)]
    return nn.Sequential(*layers)


def network(model, inputs, outputs, skills):
    kind = model["kind"]
    if kind == "two-layer-mlp":
        made = perceptron([inputs, model["width"], outputs], model["activation"])
    elif kind == "mlp":
        made = perceptron([inputs, *model["widths"], outputs], model["activation"])
    elif kind == "modular-mlp" and not model.get("modules") and inputs == outputs == skills:
        made = perceptron([inputs, *model["widths"], outputs], model["activation"], lambda i, o: Masked(i, o, skills))
    elif kind == "embedding-mlp":
        layers = perceptron([model["tokens"] * model["embedding"], *model["widths"], outputs], model["activation"])
        made = Embedded(inputs // model["tokens"], model["embedding"], model["embeddingStd"], layers)
    elif kind == "decoder-transformer" and model["causal"] and model["positions"] == "one-hot" and model["activation"] == "relu":
        made = Transformer(inputs, outputs, model["embedding"], model["heads"], model["blocks"])
    else:
        unknown("model", kind)
    if model.get("initialStd") is not None:
        for p in made.parameters():
            nn.init.normal_(p, std=model["initialStd"])
    return made


# Data: a function that draws (inputs, targets, weights of the loss's entries or None), once for all steps or at every step


def data(task, training):
    kind, size = task["kind"], training["datasetSize"]
    if training["batchSize"] is None and training.get("minimumBatchSize") is None:
        fresh = False
    elif size is None and training["batchSize"]:
        fresh, size = True, training["batchSize"]
    else:
        unknown("training.batchSize", "batches of a dataset")
    make = {"multitask-sparse-parity": multitask, "sparse-parity": parity, "squares": squares, "modular-addition": modular}.get(kind) or unknown("task", kind)
    draw, inputs, outputs, skills = make(task, size)
    if fresh:
        return draw, inputs, outputs, skills
    fixed = draw()
    return lambda: fixed, inputs, outputs, skills


def multitask(task, size):
    skills, bits, each = task["skills"], task["skillBits"], task["parityBits"]
    if task["overlap"]:
        unknown("task.overlap", "true")
    frequency = torch.arange(1, skills + 1, dtype=torch.float64) ** -task["frequencyExponent"]
    every, x = torch.arange(size), torch.zeros(size, skills + bits)

    def draw():
        x.random_(0, 2)
        skill = torch.multinomial(frequency, size, replacement=True)
        x[:, :skills] = 0
        x[every, skill] = 1
        first = skills + each * skill
        odd = sum(x[every, first + i] for i in range(each)) % 2
        return x, (task["targetScale"] * (1 - 2 * odd)).unsqueeze(1), None

    return draw, skills + bits, 1, skills


def parity(task, size):
    bits = [[b - 1 for b in p["bits"]] for p in task["parities"]]
    fraction = torch.tensor([p["fraction"] for p in task["parities"]])

    def draw():
        x = torch.randint(0, 2, (size, task["inputBits"])).to(torch.get_default_dtype())
        y = torch.stack([x[:, b].sum(1) % 2 for b in bits], 1)
        return x, y, (torch.rand_like(y) < fraction).to(y.dtype) if (fraction < 1).any() else None

    return draw, task["inputBits"], len(bits), len(bits)


def squares(task, size):
    skills = task["skills"]
    ends = torch.tensor([s["fraction"] for s in skills]).cumsum(0).mul(size).round().long().tolist()

    def draw():
        weights = torch.zeros(size, len(skills))
        for k, end in enumerate(ends):
            weights[(ends[k - 1] if k else 0):end, k] = 1
        x = (torch.rand(size, len(skills)) * 2 - 1) * weights
        return x, torch.stack([x[:, k] ** s["power"] for k, s in enumerate(skills)], 1), weights

    return draw, len(skills), len(skills), len(skills)


def modular(task, _):
    p = task["modulus"]

    def draw():
        chosen = torch.randperm(p * p)[: int(task["trainFraction"] * p * p)].sort()[0]
        a, b = chosen // p, chosen % p
        return torch.stack([a, b], 1), (a + b) % p, None

    return draw, 2 * p, p, 2


# Optimizers


class Lion:
    """arXiv:2302.06675, as few operations as there can be."""

    def __init__(self, parameters, rate, beta1, beta2):
        self.parameters, self.rate, self.beta1, self.beta2 = parameters, rate, beta1, beta2
        self.means = [torch.zeros_like(x) for x in parameters]

    def zero_grad(self, set_to_none=True):
        for x in self.parameters:
            x.grad = None

    @torch.no_grad()
    def step(self):
        for x, mean in zip(self.parameters, self.means):
            x.sub_(torch.lerp(x.grad, mean, self.beta1).sign_(), alpha=self.rate)
            mean.lerp_(x.grad, 1 - self.beta2)


class AdEMAMix:
    """arXiv:2409.03137, as few operations as there can be."""

    def __init__(self, parameters, rate, o):
        self.parameters, self.rate, self.o, self.t = parameters, rate, o, 0
        self.state = [[torch.zeros_like(x) for _ in range(3)] for x in parameters]

    def zero_grad(self, set_to_none=True):
        for x in self.parameters:
            x.grad = None

    @torch.no_grad()
    def step(self):
        o, self.t = self.o, self.t + 1
        scale = (1 - o["beta2"] ** self.t) ** 0.5
        for x, (fast, slow, square) in zip(self.parameters, self.state):
            fast.lerp_(x.grad, 1 - o["beta1"])
            slow.lerp_(x.grad, 1 - o["beta3"])
            square.mul_(o["beta2"]).addcmul_(x.grad, x.grad, value=1 - o["beta2"])
            denominator = square.sqrt().add_(o["epsilon"] * scale)
            step = slow.mul(o["alpha"]).add_(fast, alpha=1 / (1 - o["beta1"] ** self.t))
            x.addcdiv_(step, denominator, value=-self.rate * scale)


def optimizer(o, parameters, **options):
    parameters, rate, kind = list(parameters), o["learningRate"], o["kind"]
    for name in ("learningRateSchedule", "cautious", "gradientClipNorm", "gradientClipValue", "gradientNoise", "alphaWarmup", "beta3Warmup"):
        if o.get(name):
            unknown(f"optimizer.{name}", o[name])
    if kind == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=o["momentum"], nesterov=o["nesterov"], weight_decay=o["weightDecay"], **options)
    if kind == "signgd":  # as published
        return torch.optim.Adam(parameters, lr=rate, betas=(0.0, 0.0), eps=o["epsilon"], **options)
    if kind in ("adam", "adamw"):
        make = torch.optim.Adam if kind == "adam" else torch.optim.AdamW
        return make(parameters, lr=rate, betas=(o["beta1"], o["beta2"]), eps=o["epsilon"], weight_decay=o["weightDecay"], **options)
    if kind == "lion" and not o["weightDecay"]:
        return Lion(parameters, rate, o["beta1"], o["beta2"])
    if kind == "ademamix" and not o["weightDecay"]:
        return AdEMAMix(parameters, rate, o)
    unknown("optimizer", kind)


# Steps: the ways in which a trial's step can be written, each a function that makes the step


def steps(trial, timed, device):
    kind = trial["model"]["kind"]
    if trial["optimizer"] is None or (kind != "geometry" and trial["task"]["kind"] == "abstract-skills"):
        unknown("model", kind)
    if timed == "update":
        return [lambda foreach=foreach: update(trial, foreach) for foreach in (False, True)]
    if kind == "geometry":
        return [lambda sampler=sampler: geometry(trial, sampler, device) for sampler in (numpy_sampler, torch_sampler)]
    ways = [lambda: trained(trial, device, None)]
    model, training = trial["model"], trial["training"]
    if model["kind"] == "decoder-transformer" and device == "cpu" and model["embedding"] > 100 and training["batchSize"] > 25:
        ways.append(lambda: trained(trial, device, 25))  # large networks are faster in pieces
    if model["kind"] == "two-layer-mlp" and model["activation"] == "relu" and trial["optimizer"]["kind"] == "sgd" \
            and training["loss"] == "mse" and not training.get("lossShaping") and every_of(trial) is None:
        ways.append(lambda: by_hand(trial))
    return ways


def every_of(trial):
    measure = trial["measure"]
    return None if measure["at"] is not None or measure.get("logPoints") else measure["every"]


def trained(trial, device, piece):
    """A network's step by autograd: the batch whole, or in pieces whose gradients add up."""
    training, every = trial["training"], every_of(trial)
    draw, inputs, outputs, skills = data(trial["task"], training)
    net = network(trial["model"], inputs, outputs, skills)
    descent = optimizer(trial["optimizer"], net.parameters())
    shaping = training.get("lossShaping")
    if shaping and (shaping["kind"], shaping.get("gamma")) != ("power", 1):
        unknown("training.lossShaping", shaping["kind"])
    if every and every < 1000 and trial["task"]["kind"] not in ("squares", "sparse-parity"):
        unknown("measure", f"of {trial['task']['kind']}")
    bfloat16, entropy, done = training["precision"] == "bfloat16", training["loss"] == "cross-entropy", 0

    def step():
        nonlocal done
        x, y, weights = draw()
        descent.zero_grad(set_to_none=True)
        if piece:
            for xs, ys in zip(x.split(piece), y.split(piece)):
                ((net(xs) - ys).pow(2).sum() / y.numel()).backward()
            descent.step()
            return
        with torch.autocast("cuda", torch.bfloat16) if bfloat16 else contextlib.nullcontext():
            f = net(x)
        f = f.to(torch.get_default_dtype())
        if entropy and y.dim() == 1:
            loss = F.cross_entropy(f, y)
        else:
            entries = F.binary_cross_entropy_with_logits(f, y, reduction="none") if entropy else (f - y) ** 2
            if weights is not None:
                entries = entries * weights
            held = entries.detach()
            loss = (entries * held / held.mean()).mean() if shaping else entries.mean()
        loss.backward()
        descent.step()
        if every and done % every == 0:
            (held.sum(0) / (len(y) if weights is None else weights.sum(0))).tolist()
            if trial["task"]["kind"] == "sparse-parity":
                ((f > (0 if entropy else 0.5)) == (y > 0.5)).double().mean(0).tolist()
        done += 1

    return step


def by_hand(trial):
    """A two-layer ReLU network's step, its gradient written out into buffers that are kept."""
    draw, inputs, outputs, skills = data(trial["task"], trial["training"])
    o = trial["optimizer"]
    if o["momentum"] or o["weightDecay"]:
        unknown("optimizer.momentum", "by hand")
    with torch.no_grad():
        net = network(trial["model"], inputs, outputs, skills)
        w1, b1, w2, b2 = (p.detach() for p in net.parameters())
    hidden = back = None

    @torch.no_grad()
    def step():
        nonlocal hidden, back
        x, y, weights = draw()
        if hidden is None:
            hidden, back = (torch.empty(len(x), len(b1)) for _ in range(2))
        torch.addmm(b1, x, w1.T, out=hidden).relu_()
        error = torch.addmm(b2, hidden, w2.T).sub_(y)
        if weights is not None:
            error.mul_(weights)
        error.square().mean()
        error.mul_(2 / error.numel())
        torch.mm(error, w2, out=back).mul_(hidden > 0)
        for w, g in ((w1, back.T @ x), (b1, back.sum(0)), (w2, error.T @ hidden), (b2, error.sum(0))):
            w.sub_(g, alpha=o["learningRate"])

    return step


def update(trial, foreach):
    """The optimizer's update alone, of one vector."""
    x = nn.Parameter(torch.randn(trial["model"].get("dimensions") or unknown("model", trial["model"]["kind"])))
    x.grad = torch.randn_like(x)
    return optimizer(trial["optimizer"], [x], foreach=foreach).step


def numpy_sampler(p, batch):
    return lambda: np.random.choice(len(p), batch, p=p)


def torch_sampler(p, batch):
    weights = torch.tensor(p)
    return lambda: torch.multinomial(weights, batch, replacement=True)


def geometry(trial, sampler, device):
    """The Geometry model as published: the strength of every skill, a batch of skills, and their mean loss's gradient."""
    task, model, training, every = trial["task"], trial["model"], trial["training"], every_of(trial)
    count, d, kind, noise = task["count"], model["dimensions"], model["taskVectors"], model["gradientNoise"]
    if task["kind"] != "abstract-skills" or task.get("frequencyBase") or task.get("prerequisites"):
        unknown("task", task["kind"])
    if model["alignedDimensions"] or not training["batchSize"] or training.get("lossShaping"):
        unknown("model", "aligned dimensions, exact batches or a shaped loss")
    p = np.array(task["frequencies"] or np.arange(1.0, count + 1) ** -(task["frequencyExponent"] or 0), dtype=np.float64)
    p /= p.sum()
    if kind == "orthonormal":
        t = torch.linalg.qr(torch.randn(d, count))[0].T.contiguous()
    else:
        t = torch.randn(count, d)
        t = {"unit": t / t.norm(dim=1, keepdim=True), "gaussian": t / d**0.5}.get(kind)
        if t is None:
            unknown("model.taskVectors", kind)
    x = nn.Parameter(torch.zeros(d))
    descent, draw = optimizer(trial["optimizer"], [x]), sampler(p, training["batchSize"])
    entropy, half = training["loss"] == "cross-entropy", model["gradient"] == "half"
    if entropy and half:
        unknown("model.gradient", "half of a cross-entropy's")
    strengths, losses, done = [], [], 0

    def step():
        nonlocal done
        descent.zero_grad(set_to_none=True)
        strength = torch.sigmoid(t @ x) if entropy else t @ x
        if every and done % every == 0:
            value = strength.detach().cpu().numpy()
            strengths.append(value)
            losses.append(-np.log(value) if entropy else (1 - value) ** 2)
        shown = draw()
        if half:
            with torch.no_grad():
                x.grad = -torch.mean(t[shown] * (1 - strength[shown]).unsqueeze(1), dim=0)
        else:
            torch.mean(-torch.log(strength[shown]) if entropy else (1 - strength[shown]) ** 2).backward()
        if noise:
            x.grad.add_(torch.randn(d), alpha=noise)
        descent.step()
        done += 1

    return step


# Timing


def unknown(path, value):
    raise Unknown(f"bench/pytorch.py has no twin of {path} {value}")


def timed(step, seconds, window, device):
    """Seconds of a step, window by window, of which the first fifth of the time are left out."""
    now = time.perf_counter
    if device == "cuda":
        def now():
            torch.cuda.synchronize()
            return time.perf_counter()
    step()
    times, start = [], now()
    last = start
    while last - start < seconds or len(times) < 3:
        for _ in range(window):
            step()
        last, before = now(), last
        if last - start > seconds / 5:
            times.append((last - before) / window)
    return sorted(times)


def answer(request):
    trial, device = request["trial"], request["device"]
    torch.set_num_threads(request["threads"])
    torch.set_default_dtype(torch.float64 if trial["training"]["precision"] == "float64" else torch.float32)
    if device != "cpu":
        torch.set_default_device(device)
        torch.backends.cuda.matmul.allow_tf32 = trial["training"]["precision"] == "tf32"
    ways = steps(trial, request["timed"], device)
    best = min((timed(way(), request["seconds"] / len(ways), request["window"], device) for way in ways), key=lambda times: times[len(times) // 2])
    return {"median": best[len(best) // 2] * 1e6, "minimum": best[0] * 1e6}


def about():
    return {"version": torch.__version__, "blas": blas(), "cuda": torch.cuda.is_available()}


def blas():
    """Who multiplies matrices. Debian's PyTorch takes what libblas.so.3 is, and that may be the reference implementation."""
    if torch.backends.mkl.is_available() or not os.path.exists("/proc/self/maps"):
        return "mkl"
    with open("/proc/self/maps") as maps:
        return "reference" if any("libblas.so" in line and "openblas" not in line for line in maps) else "openblas"


torch.manual_seed(0)
np.random.seed(0)
print(json.dumps(about()), flush=True)
for line in sys.stdin:
    try:
        print(json.dumps(answer(json.loads(line))), flush=True)
    except Exception as e:  # an answer for each request, whatever happens
        print(json.dumps({"error": str(e) if isinstance(e, Unknown) else f"{type(e).__name__}: {e}"}), flush=True)
