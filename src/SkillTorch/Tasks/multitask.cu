// Samples of multitask sparse parity of R trials at T consecutive steps, as MultitaskSampler draws them: bits [T, R, B, WORDS], skills
// [T, R, B] and targets [T, R, B]. Follows philox.cu. Grid: B, R, T.
//
// Constants that are put before this text: SKILLS; BITS; WORDS that hold them; STRIDE, words that are drawn for a sample, an even number.

#define BLOCKS ((STRIDE + 2) / 4)

extern "C" __global__ void drawSamples(
    const integer* low, const integer* high, const integer* masks, const double* scales, const integer* thresholdLow,
    const integer* thresholdHigh, const integer* alias, integer purpose, integer step, integer samples, integer replicates,
    integer samplesOfSkill, unsigned* bits, int* skills, double* targets)
{
    const integer sample = blockIdx.x * (integer)blockDim.x + threadIdx.x, first = blockIdx.y * (integer)SKILLS;
    if (sample >= samples)
        return;
    unsigned words[4 * BLOCKS];
    for (int block = 0; block < BLOCKS; block++)
        draw(low[blockIdx.y], high[blockIdx.y], purpose, step + blockIdx.z, sample * STRIDE / 4 + block, words + 4 * block);
    const unsigned* drawn = words + sample * STRIDE % 4;

    integer skill;
    if (samplesOfSkill > 0) // an evaluation set has as many samples of each skill
        skill = sample / samplesOfSkill;
    else
    {
        const wide lowest = (wide)drawn[0] * SKILLS, upper = (wide)drawn[1] * SKILLS + (lowest >> 32);
        const integer column = upper >> 32, at = first + column;
        const integer fractionHigh = (unsigned)upper, fractionLow = (unsigned)lowest;
        const bool isBelow = fractionHigh < thresholdHigh[at] || (fractionHigh == thresholdHigh[at] && fractionLow < thresholdLow[at]);
        skill = isBelow ? column : alias[at];
    }

    const integer at = (blockIdx.z * replicates + blockIdx.y) * samples + sample;
    unsigned parity = 0;
    for (int w = 0; w < WORDS; w++)
    {
        const unsigned own = w < WORDS - 1 || BITS % 32 == 0 ? drawn[2 + w] : drawn[2 + w] & ((1u << BITS % 32) - 1);
        bits[at * WORDS + w] = own;
        parity ^= own & (unsigned)masks[(first + skill) * WORDS + w];
    }
    for (int shift = 16; shift > 0; shift /= 2)
        parity ^= parity >> shift;
    skills[at] = (int)skill;
    targets[at] = (2 * (int)(parity & 1) - 1) * scales[blockIdx.y];
}
