// Philox4x32-10, see Philox.
//
// Constants that are put before this text: ROUNDS, MULTIPLIER0, MULTIPLIER1, WEYL0, WEYL1.

typedef long long integer;
typedef unsigned long long wide;

// The four words of a block of a stream at a step.
__device__ inline void draw(integer low, integer high, integer purpose, integer step, integer block, unsigned* words)
{
    unsigned c0 = (unsigned)block, c1 = (unsigned)purpose, c2 = (unsigned)step, c3 = (unsigned)((wide)step >> 32);
    unsigned k0 = (unsigned)low, k1 = (unsigned)high;
    for (int round = 0; round < ROUNDS; round++)
    {
        const wide p0 = (wide)c0 * MULTIPLIER0, p1 = (wide)c2 * MULTIPLIER1;
        c0 = (unsigned)(p1 >> 32) ^ c1 ^ k0;
        c1 = (unsigned)p1;
        c2 = (unsigned)(p0 >> 32) ^ c3 ^ k1;
        c3 = (unsigned)p0;
        k0 += WEYL0;
        k1 += WEYL1;
    }
    words[0] = c0;
    words[1] = c1;
    words[2] = c2;
    words[3] = c3;
}

// Words [T, N, count] of N streams at T consecutive steps, each as a 64-bit integer, as RandomStreams has them. Grid: blocks, N, T.
extern "C" __global__ void words(
    const integer* low, const integer* high, integer purpose, integer step, integer blocks, integer count, integer streams, integer* words)
{
    const integer block = blockIdx.x * (integer)blockDim.x + threadIdx.x;
    if (block >= blocks)
        return;
    unsigned drawn[4];
    draw(low[blockIdx.y], high[blockIdx.y], purpose, step + blockIdx.z, block, drawn);
    integer* to = words + (blockIdx.z * streams + blockIdx.y) * count + 4 * block;
    for (int i = 0; i < 4 && 4 * block + i < count; i++)
        to[i] = drawn[i];
}
