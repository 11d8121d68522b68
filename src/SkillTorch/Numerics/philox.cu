// Philox4x32-10: words [T, N, count] of N streams at T consecutive steps, each as a 64-bit integer, as RandomStreams says.

typedef long long integer;
typedef unsigned long long wide;

extern "C" __global__ void words(
    const integer* low, const integer* high, integer purpose, integer step, integer blocks, integer count, integer streams, integer* words)
{
    const integer block = blockIdx.x * (integer)blockDim.x + threadIdx.x;
    if (block >= blocks)
        return;
    const integer stream = blockIdx.y, at = step + blockIdx.z;
    unsigned c0 = (unsigned)block, c1 = (unsigned)purpose, c2 = (unsigned)at, c3 = (unsigned)((wide)at >> 32);
    unsigned k0 = (unsigned)low[stream], k1 = (unsigned)high[stream];
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
    const unsigned drawn[4] = {c0, c1, c2, c3};
    integer* to = words + (blockIdx.z * streams + stream) * count + 4 * block;
    for (int i = 0; i < 4 && 4 * block + i < count; i++)
        to[i] = drawn[i];
}
