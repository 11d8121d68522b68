// The passes of two_layer.cu, which this follows, for wide float32 ReLU networks with one output, by the units that multiply matrices of
// bfloat16 numbers. A number of float32 is the sum of three of bfloat16, exactly, and their products with inputs, 0 or 1, are exact too;
// they are added up in float32. An input that is always 1 stands for the bias. The forward pass multiplies inputs and the weights' parts,
// X·W1'; a warp has 64 samples, in four tiles of 16. The backward pass multiplies bits A, 1 where a unit is active at a sample, and the
// slopes' parts in the places at which an input is 1, M = A·(g·X); a warp has 64 units.

#define DEPTH ((INPUTS + 1 + 15) / 16)
#define DEPTH_PITCH (DEPTH * 8 + 4) // then no two threads wait for one bank of the memory
#define COLUMN_TILES ((INPUTS + 1 + 7) / 8)
#define PITCH (COLUMN_TILES * 8 + (COLUMN_TILES % 2 ? 0 : 8))
#define BLOCK_WORDS (2 * THREADS / TILE)

#ifndef HOST
__device__ inline void multiply(float* d, const unsigned* a, unsigned b0, unsigned b1)
{
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}
#endif

// Two bits as numbers of bfloat16.
__device__ inline unsigned pairOf(unsigned low, unsigned high)
{
    return (low & 1) * 0x3F80u | (high & 1) * 0x3F800000u;
}

// The three parts of a number, in the low or the high halves of words.
__device__ inline void split(REAL number, int half, unsigned* both)
{
    for (int p = 0; p < 3; p++)
    {
        const unsigned leading = __float_as_uint(number) & 0xFFFF0000u;
        both[p] |= half ? leading : leading >> 16;
        number -= __uint_as_float(leading);
    }
}

// Grid: samples, tiles, R.
extern "C" __global__ void __launch_bounds__(THREADS) forwardByMatrices(
    const REAL* parameters, const unsigned* words, const int* skills, REAL* parts, unsigned* active, integer samples, integer sets,
    integer replicates)
{
    __shared__ unsigned weights[3][TILE][DEPTH_PITCH]; // of two inputs
    __shared__ REAL after[TILE];

    const int first = blockIdx.y * TILE;
    const REAL* own = parameters + blockIdx.z * (integer)PARAMETERS;
    for (int i = threadIdx.x; i < TILE * DEPTH * 8; i += THREADS)
    {
        const int unit = i / (DEPTH * 8), pair = i % (DEPTH * 8);
        unsigned both[3] = {0, 0, 0};
        for (int half = 0; half < 2; half++)
        {
            const int at = 2 * pair + half;
            if (first + unit < WIDTH && at <= INPUTS)
                split(at < INPUTS ? own[(first + unit) * INPUTS + at] : own[HIDDEN_BIAS + first + unit], half, both);
        }
        for (int p = 0; p < 3; p++)
            weights[p][unit][pair] = both[p];
    }
    for (int u = threadIdx.x; u < TILE; u += THREADS)
        after[u] = first + u < WIDTH ? own[OUTPUT_WEIGHTS + first + u] : 0;

    const int warp = threadIdx.x / 32, row = threadIdx.x % 32 / 4, place = threadIdx.x % 4;
    const integer start = blockIdx.x * (integer)(2 * THREADS) + warp * 64 + row;
    unsigned a[4][DEPTH][4], bits[4][2];
    REAL f[4][2];
#pragma unroll
    for (int m = 0; m < 4; m++)
    {
#pragma unroll
        for (int lower = 0; lower < 2; lower++)
        {
            const integer sample = start + m * 16 + lower * 8;
            const integer at = (sets == 1 ? 0 : blockIdx.z * samples) + (sample < samples ? sample : samples - 1);
            const int skill = CONTROLS > 0 ? skills[at] : 0;
            f[m][lower] = 0;
            bits[m][lower] = 0;
#pragma unroll
            for (int k = 0; k < DEPTH; k++)
            {
#pragma unroll
                for (int right = 0; right < 2; right++)
                {
                    const int column = k * 16 + right * 8 + place * 2;
                    unsigned ones[2];
                    for (int i = 0; i < 2; i++)
                        ones[i] = column + i < INPUTS ? input(column + i, words + at * WORDS, skill) > 0 : column + i == INPUTS;
                    a[m][k][right * 2 + lower] = pairOf(ones[0], ones[1]);
                }
            }
        }
    }

    __syncthreads();
#pragma unroll
    for (int n = 0; n < TILE / 8; n++)
    {
        REAL sums[4][4];
#pragma unroll
        for (int i = 0; i < 16; i++)
            sums[i / 4][i % 4] = 0;
#pragma unroll
        for (int k = 0; k < DEPTH; k++)
        {
#pragma unroll
            for (int p = 0; p < 3; p++)
            {
                const unsigned b0 = weights[p][n * 8 + row][k * 8 + place], b1 = weights[p][n * 8 + row][k * 8 + place + 4];
#pragma unroll
                for (int m = 0; m < 4; m++)
                    multiply(sums[m], a[m][k], b0, b1);
            }
        }
#pragma unroll
        for (int i = 0; i < 16; i++)
        {
            const int unit = n * 8 + place * 2 + i % 2;
            const REAL sum = sums[i / 4][i % 4];
            f[i / 4][i % 4 / 2] += sum > 0 ? after[unit] * sum : 0;
            bits[i / 4][i % 4 / 2] |= (unsigned)(sum > 0) << unit;
        }
    }
#pragma unroll
    for (int m = 0; m < 4; m++)
    {
#pragma unroll
        for (int lower = 0; lower < 2; lower++)
        {
            REAL sum = f[m][lower];
            unsigned all = bits[m][lower];
#pragma unroll
            for (int other = 1; other < 4; other *= 2)
            {
                sum += __shfl_xor_sync(0xFFFFFFFFu, sum, other);
                all |= __shfl_xor_sync(0xFFFFFFFFu, all, other);
            }
            const integer sample = start + m * 16 + lower * 8;
            if (place == 0 && sample < samples)
            {
                parts[(blockIdx.y * replicates + blockIdx.z) * samples + sample] = sum;
                if (active)
                    active[(blockIdx.z * (integer)TILES + blockIdx.y) * samples + sample] = all;
            }
        }
    }
}

// Grid: units, chunks, R.
extern "C" __global__ void __launch_bounds__(THREADS) backwardByMatrices(
    const REAL* parameters, const unsigned* words, const int* skills, const unsigned* active, const REAL* slopes, REAL* parts,
    REAL* biasParts, integer samples, integer sets, integer replicates)
{
    __shared__ unsigned pairs[3][CHUNK / 2][PITCH]; // slopes of two samples, their three parts, where an input is 1
    __shared__ unsigned bits[CHUNK][BLOCK_WORDS];

    const integer begin = blockIdx.y * (integer)CHUNK;
    const int count = samples - begin < CHUNK ? (int)(samples - begin) : CHUNK;
    const integer set = (sets == 1 ? 0 : blockIdx.z * samples) + begin;
    const REAL* slope = slopes + blockIdx.z * samples + begin;
    for (int i = threadIdx.x; i < CHUNK / 2 * COLUMN_TILES * 8; i += THREADS)
    {
        const int pair = i / (COLUMN_TILES * 8), column = i % (COLUMN_TILES * 8);
        unsigned both[3] = {0, 0, 0};
        for (int half = 0; half < 2; half++)
        {
            const int s = 2 * pair + half;
            if (s >= count || column > INPUTS)
                continue;
            if (column == INPUTS || input(column, words + (set + s) * WORDS, CONTROLS > 0 ? skills[set + s] : 0) > 0)
                split(slope[s], half, both);
        }
        for (int p = 0; p < 3; p++)
            pairs[p][pair][column] = both[p];
    }
    for (int i = threadIdx.x; i < CHUNK * BLOCK_WORDS; i += THREADS)
    {
        const int s = i % CHUNK, tile = blockIdx.x * BLOCK_WORDS + i / CHUNK;
        bits[s][i / CHUNK] = s < count && tile < TILES ? active[(blockIdx.z * (integer)TILES + tile) * samples + begin + s] : 0;
    }
    __syncthreads();

    const integer part = blockIdx.y * replicates + blockIdx.z;
    if (blockIdx.x == 0 && threadIdx.x == 0)
    {
        REAL sum = 0;
        for (int s = 0; s < count; s++)
            sum += slope[s];
        biasParts[part] = sum;
    }

    const int warp = threadIdx.x / 32, row = threadIdx.x % 32 / 4, place = threadIdx.x % 4;
    REAL sums[4][COLUMN_TILES][4];
#pragma unroll
    for (int m = 0; m < 4; m++)
    {
#pragma unroll
        for (int n = 0; n < COLUMN_TILES; n++)
        {
#pragma unroll
            for (int i = 0; i < 4; i++)
                sums[m][n][i] = 0;
        }
    }
    for (int k = 0; k < CHUNK / 16; k++)
    {
        unsigned a[4][4];
#pragma unroll
        for (int m = 0; m < 4; m++)
        {
            const int word = warp * 2 + m / 2, s = k * 16 + place * 2, shift = m % 2 * 16 + row;
            const unsigned w0 = bits[s][word] >> shift, w1 = bits[s + 1][word] >> shift;
            const unsigned w8 = bits[s + 8][word] >> shift, w9 = bits[s + 9][word] >> shift;
            a[m][0] = pairOf(w0, w1);
            a[m][1] = pairOf(w0 >> 8, w1 >> 8);
            a[m][2] = pairOf(w8, w9);
            a[m][3] = pairOf(w8 >> 8, w9 >> 8);
        }
#pragma unroll
        for (int n = 0; n < COLUMN_TILES; n++)
        {
#pragma unroll
            for (int p = 0; p < 3; p++)
            {
                const unsigned b0 = pairs[p][k * 8 + place][n * 8 + row], b1 = pairs[p][k * 8 + place + 4][n * 8 + row];
#pragma unroll
                for (int m = 0; m < 4; m++)
                    multiply(sums[m][n], a[m], b0, b1);
            }
        }
    }

    const REAL* own = parameters + blockIdx.z * (integer)PARAMETERS;
#pragma unroll
    for (int m = 0; m < 4; m++)
    {
#pragma unroll
        for (int lower = 0; lower < 2; lower++)
        {
            const int unit = blockIdx.x * 2 * THREADS + warp * 64 + m * 16 + lower * 8 + row;
            const int known = unit < WIDTH ? unit : WIDTH - 1;
            const REAL after = own[OUTPUT_WEIGHTS + known], bias = own[HIDDEN_BIAS + known];
            REAL toAfter = 0;
#pragma unroll
            for (int n = 0; n < COLUMN_TILES; n++)
            {
#pragma unroll
                for (int i = 0; i < 2; i++)
                {
                    const int column = n * 8 + place * 2 + i;
                    const REAL sum = sums[m][n][lower * 2 + i];
                    if (column > INPUTS)
                        continue;
                    toAfter += sum * (column < INPUTS ? own[known * INPUTS + column] : bias);
                    if (unit < WIDTH)
                        parts[(part * SUMS + column) * WIDTH + unit] = sum * after;
                }
            }
            toAfter += __shfl_xor_sync(0xFFFFFFFFu, toAfter, 1);
            toAfter += __shfl_xor_sync(0xFFFFFFFFu, toAfter, 2);
            if (place == 0 && unit < WIDTH)
                parts[(part * SUMS + INPUTS + 1) * WIDTH + unit] = toAfter;
        }
    }
}
