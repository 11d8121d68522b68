// A stack of two-layer perceptrons f = W2·φ(W1·x + b1) + b2 on binary inputs x: a one-hot part that names the skill, then bits.
//
// What is one network's is computed by the same sums in the same order however many there are: its bits do not depend on the stack.
// A launch has a block of threads for each tile of units, or chunk of samples, of each network. The forward pass keeps a sample's
// inputs in a thread's registers and lets the weights of one unit after another pass by; the backward pass keeps the gradient of a
// unit's weights there and lets the samples pass by. It computes a unit's activation once more instead of storing it; of ReLU networks
// with one output the forward pass leaves one bit, whether the unit is active, for then all that is needed is, of the slope g = dL/df
// of each sample at which it is, m = Σ g and M = Σ g·x: dL/dW1 = w2·M, dL/db1 = w2·m, and dL/dw2 = Σ g·(w1·x + b1) = w1·M + b1·m.
// Reading shared memory takes as long as a few operations, so what is read serves several samples of a thread.
//
// Constants that are put before this text: REAL, the number format; CONTROLS, BITS, WIDTH, OUTPUTS, the shape; ACTIVATION; THREADS of a
// block; TILE, units that a block of the forward pass adds up, and SAMPLES, samples of a thread there; CHUNK, samples that a block of the
// backward pass adds up.

typedef long long integer;

#define INPUTS (CONTROLS + BITS)
#define WORDS ((BITS + 31) / 32)
#define FOURS ((INPUTS + 3) / 4)
#define HIDDEN_BIAS (INPUTS * WIDTH)
#define OUTPUT_WEIGHTS (HIDDEN_BIAS + WIDTH)
#define OUTPUT_BIAS (OUTPUT_WEIGHTS + WIDTH * OUTPUTS)
#define PARAMETERS (OUTPUT_BIAS + OUTPUTS)
#define SUMS (INPUTS + 1 + OUTPUTS) // numbers that the backward pass sums for each unit

#define ACTIVE_BITS (ACTIVATION == 0 && OUTPUTS == 1)

#define TILES ((WIDTH + TILE - 1) / TILE)
#define COLUMNS (WIDTH < THREADS ? WIDTH : THREADS) // threads of a block of the backward pass that have units of their own
#define GROUPS (THREADS / COLUMNS) // threads that share units, of which each takes every so manieth sample
#define WORDS_OF_UNITS ((COLUMNS + TILE - 1) / TILE)

struct alignas(16) Four { REAL at[4]; };

__device__ inline REAL activation(REAL x)
{
#if ACTIVATION == 0 // ReLU
    return x > 0 ? x : 0;
#elif ACTIVATION == 1 // SiLU
    return x / (1 + exp(-x));
#elif ACTIVATION == 2 // GELU
    return x * (REAL)0.5 * (1 + erf(x * (REAL)0.70710678118654752));
#elif ACTIVATION == 3
    return tanh(x);
#elif ACTIVATION == 4
    return 1 / (1 + exp(-x));
#else
    return x;
#endif
}

// dφ/dx, of x and φ(x)
__device__ inline REAL slopeOf(REAL x, REAL y)
{
#if ACTIVATION == 0
    return x > 0 ? 1 : 0;
#elif ACTIVATION == 1
    REAL gate = 1 / (1 + exp(-x));
    return gate * (1 + x - y);
#elif ACTIVATION == 2
    return (REAL)0.5 * (1 + erf(x * (REAL)0.70710678118654752)) + x * (REAL)0.3989422804014327 * exp(x * x * (REAL)-0.5);
#elif ACTIVATION == 3
    return 1 - y * y;
#elif ACTIVATION == 4
    return y * (1 - y);
#else
    return 1;
#endif
}

// Input i of a sample.
__device__ inline REAL input(int i, const unsigned* words, int skill)
{
    return i < CONTROLS ? (REAL)(skill == i) : (REAL)(words[(i - CONTROLS) / 32] >> ((i - CONTROLS) % 32) & 1);
}

// Parts of outputs, each of a tile of units: [tiles, R, B, O], and bits of the active units [R, tiles, B] unless those are null.
// Grid: samples, tiles, R.
extern "C" __global__ void __launch_bounds__(THREADS) forward(
    const REAL* parameters, const unsigned* words, const int* skills, REAL* parts, unsigned* active, integer samples, integer sets,
    integer replicates)
{
    __shared__ Four weights[TILE * FOURS];
    __shared__ REAL biases[TILE];
    __shared__ REAL after[TILE * OUTPUTS];

    const int first = blockIdx.y * TILE;
    const int units = WIDTH - first < TILE ? WIDTH - first : TILE;
    const REAL* own = parameters + blockIdx.z * (integer)PARAMETERS;
    for (int i = threadIdx.x; i < units * INPUTS; i += THREADS)
        weights[i / INPUTS * FOURS + i % INPUTS / 4].at[i % INPUTS % 4] = own[first * INPUTS + i];
    for (int u = threadIdx.x; u < units; u += THREADS)
    {
        biases[u] = own[HIDDEN_BIAS + first + u];
        for (int o = 0; o < OUTPUTS; o++)
            after[u * OUTPUTS + o] = own[OUTPUT_WEIGHTS + o * WIDTH + first + u];
    }

    REAL x[SAMPLES][INPUTS], f[SAMPLES][OUTPUTS];
    unsigned bits[SAMPLES];
    const integer start = blockIdx.x * (integer)(THREADS * SAMPLES) + threadIdx.x;
#pragma unroll
    for (int k = 0; k < SAMPLES; k++)
    {
        const integer sample = start + k * THREADS < samples ? start + k * THREADS : samples - 1;
        const integer at = (sets == 1 ? 0 : blockIdx.z * samples) + sample;
        const int skill = CONTROLS > 0 ? skills[at] : 0;
#pragma unroll
        for (int i = 0; i < INPUTS; i++)
            x[k][i] = input(i, words + at * WORDS, skill);
#pragma unroll
        for (int o = 0; o < OUTPUTS; o++)
            f[k][o] = 0;
        bits[k] = 0;
    }

    __syncthreads();
    for (int u = 0; u < units; u++)
    {
        REAL sum[SAMPLES];
#pragma unroll
        for (int k = 0; k < SAMPLES; k++)
            sum[k] = biases[u];
#pragma unroll
        for (int i = 0; i < INPUTS; i += 4)
        {
            const Four w = weights[u * FOURS + i / 4];
#pragma unroll
            for (int j = 0; j < 4; j++)
            {
#pragma unroll
                for (int k = 0; k < SAMPLES; k++)
                {
                    if (i + j < INPUTS)
                        sum[k] += w.at[j] * x[k][i + j];
                }
            }
        }
#pragma unroll
        for (int k = 0; k < SAMPLES; k++)
        {
            const REAL y = activation(sum[k]);
            bits[k] |= (unsigned)(y > 0) << u;
#pragma unroll
            for (int o = 0; o < OUTPUTS; o++)
                f[k][o] += after[u * OUTPUTS + o] * y;
        }
    }
#pragma unroll
    for (int k = 0; k < SAMPLES; k++)
    {
        if (start + k * THREADS < samples)
        {
            const integer at = (blockIdx.y * replicates + blockIdx.z) * samples + start + k * THREADS;
            for (int o = 0; o < OUTPUTS; o++)
                parts[at * OUTPUTS + o] = f[k][o];
            if (ACTIVE_BITS && active)
                active[(blockIdx.z * (integer)TILES + blockIdx.y) * samples + start + k * THREADS] = bits[k];
        }
    }
}

// Outputs [R, B, O]: the parts of all tiles and the bias. Grid: B·O, R.
extern "C" __global__ void sumOutputs(
    const REAL* parameters, const REAL* parts, REAL* outputs, integer samples, integer tiles, integer replicates)
{
    const integer i = blockIdx.x * (integer)THREADS + threadIdx.x, count = samples * OUTPUTS;
    if (i >= count)
        return;
    REAL sum = parameters[blockIdx.y * (integer)PARAMETERS + OUTPUT_BIAS + i % OUTPUTS];
    for (integer t = 0; t < tiles; t++)
        sum += parts[(t * replicates + blockIdx.y) * count + i];
    outputs[blockIdx.y * count + i] = sum;
}

// Gradients of chunks of samples: of units [chunks, R, SUMS, H], and of output biases [chunks, R, O]. Grid: units, chunks, R.
extern "C" __global__ void __launch_bounds__(THREADS) backward(
    const REAL* parameters, const unsigned* words, const int* skills, const unsigned* active, const REAL* slopes, REAL* parts,
    REAL* biasParts, integer samples, integer sets, integer replicates)
{
    __shared__ Four inputs[CHUNK * FOURS];
    __shared__ REAL slope[CHUNK * OUTPUTS];
    __shared__ unsigned bits[ACTIVE_BITS ? CHUNK * WORDS_OF_UNITS : 1];
    __shared__ REAL scratch[THREADS];

    const integer begin = blockIdx.y * (integer)CHUNK;
    const int count = samples - begin < CHUNK ? (int)(samples - begin) : CHUNK;
    const integer set = (sets == 1 ? 0 : blockIdx.z * samples) + begin;
    for (int i = threadIdx.x; i < count * FOURS * 4; i += THREADS)
    {
        const int s = i / (FOURS * 4), at = i % (FOURS * 4);
        inputs[i / 4].at[i % 4] = at < INPUTS ? input(at, words + (set + s) * WORDS, CONTROLS > 0 ? skills[set + s] : 0) : 0;
    }
    for (int i = threadIdx.x; i < count * OUTPUTS; i += THREADS)
        slope[i] = slopes[(blockIdx.z * samples + begin) * OUTPUTS + i];
    for (int i = threadIdx.x; ACTIVE_BITS && i < count * WORDS_OF_UNITS; i += THREADS)
    {
        const int tile = blockIdx.x * (COLUMNS / TILE) + i / count; // without effect where there is one block
        bits[i % count * WORDS_OF_UNITS + i / count] =
            tile < TILES ? active[(blockIdx.z * (integer)TILES + tile) * samples + begin + i % count] : 0;
    }
    __syncthreads();

    const integer part = blockIdx.y * replicates + blockIdx.z;
    if (blockIdx.x == 0 && threadIdx.x < OUTPUTS)
    {
        REAL sum = 0;
        for (int s = 0; s < count; s++)
            sum += slope[s * OUTPUTS + threadIdx.x];
        biasParts[part * OUTPUTS + threadIdx.x] = sum;
    }

    const int column = threadIdx.x % COLUMNS, group = threadIdx.x / COLUMNS, first = blockIdx.x * COLUMNS;
    const bool works = group < GROUPS;
    const REAL* own = parameters + blockIdx.z * (integer)PARAMETERS;
    const int unit = first + column < WIDTH ? first + column : WIDTH - 1;
    const REAL bias = own[HIDDEN_BIAS + unit];
    REAL sums[SUMS];
#pragma unroll
    for (int i = 0; i < SUMS; i++)
        sums[i] = 0;

#if ACTIVE_BITS
    for (int s = works ? group : count; s < count; s += GROUPS)
    {
        const REAL back = bits[s * WORDS_OF_UNITS + column / TILE] >> (column % TILE) & 1 ? slope[s] : 0;
        sums[INPUTS] += back;
#pragma unroll
        for (int i = 0; i < INPUTS; i += 4)
        {
            const Four x = inputs[s * FOURS + i / 4];
#pragma unroll
            for (int j = 0; j < 4; j++)
            {
                if (i + j < INPUTS)
                    sums[i + j] += back * x.at[j];
            }
        }
    }
    const REAL after = own[OUTPUT_WEIGHTS + unit];
    sums[INPUTS + 1] = sums[INPUTS] * bias;
    sums[INPUTS] *= after;
#pragma unroll
    for (int i = 0; i < INPUTS; i++)
    {
        sums[INPUTS + 1] += sums[i] * own[unit * INPUTS + i];
        sums[i] *= after;
    }
#else
    REAL w[INPUTS], v[OUTPUTS];
#pragma unroll
    for (int i = 0; i < INPUTS; i++)
        w[i] = own[unit * INPUTS + i];
#pragma unroll
    for (int o = 0; o < OUTPUTS; o++)
        v[o] = own[OUTPUT_WEIGHTS + o * WIDTH + unit];
    for (int s = works ? group : count; s < count; s += GROUPS)
    {
        REAL x[INPUTS], sum[4] = {bias, 0, 0, 0};
#pragma unroll
        for (int i = 0; i < INPUTS; i += 4)
        {
            const Four four = inputs[s * FOURS + i / 4];
#pragma unroll
            for (int j = 0; j < 4; j++)
            {
                if (i + j < INPUTS)
                {
                    x[i + j] = four.at[j];
                    sum[j] += w[i + j] * four.at[j];
                }
            }
        }
        const REAL before = (sum[0] + sum[1]) + (sum[2] + sum[3]), y = activation(before);
        REAL back = 0;
#pragma unroll
        for (int o = 0; o < OUTPUTS; o++)
        {
            const REAL g = slope[s * OUTPUTS + o];
            sums[INPUTS + 1 + o] += g * y;
            back += g * v[o];
        }
        back *= slopeOf(before, y);
        sums[INPUTS] += back;
#pragma unroll
        for (int i = 0; i < INPUTS; i++)
            sums[i] += back * x[i];
    }
#endif

#pragma unroll
    for (int i = 0; i < SUMS; i++)
    {
        REAL sum = sums[i];
        if (GROUPS > 1)
        {
            scratch[threadIdx.x] = sum;
            __syncthreads();
            for (int g = 1; group == 0 && g < GROUPS; g++)
                sum += scratch[g * COLUMNS + threadIdx.x];
            __syncthreads();
        }
        if (group == 0 && first + column < WIDTH)
            parts[(part * SUMS + i) * WIDTH + first + column] = sum;
    }
}

// Gradient [R, n] of the mean over all chunks. Grid: n, R.
extern "C" __global__ void sumGradient(
    const REAL* parts, const REAL* biasParts, REAL* gradient, integer chunks, integer replicates)
{
    const int i = blockIdx.x * THREADS + threadIdx.x;
    if (i >= PARAMETERS)
        return;
    const bool isBias = i >= SUMS * WIDTH;
    const int row = i / WIDTH, unit = i % WIDTH, size = isBias ? OUTPUTS : SUMS * WIDTH;
    const REAL* part = (isBias ? biasParts + (i - SUMS * WIDTH) : parts + i) + blockIdx.y * (integer)size;
    REAL sum = 0;
#pragma unroll 8
    for (integer c = 0; c < chunks; c++)
        sum += part[c * replicates * size];
    const int to = isBias ? OUTPUT_BIAS + i - SUMS * WIDTH
        : row < INPUTS ? unit * INPUTS + row
        : row == INPUTS ? HIDDEN_BIAS + unit
        : OUTPUT_WEIGHTS + (row - INPUTS - 1) * WIDTH + unit;
    gradient[blockIdx.y * (integer)PARAMETERS + to] = sum;
}
