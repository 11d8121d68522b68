// dL/df of the loss L = Σ m·c·w·ℓ(f, y) over the entries of a batch, m = 1/(B·O), as OutputLoss has it on the host.
//
// Constants that are put before this text: REAL, the number format; LOSS, 0 the squared error and 1 the cross-entropy.

typedef long long integer;

// Slopes [R, B, O] of outputs f [R, B, O]; targets and weights [S, B, O], factors [R, B, O]; no weights or factors are all 1. Grid: B·O, R.
extern "C" __global__ void slopes(
    const REAL* outputs, const double* targets, const double* weights, const REAL* factors, REAL* slopes, integer count, integer sets)
{
    const integer i = blockIdx.x * (integer)blockDim.x + threadIdx.x;
    if (i >= count)
        return;
    const integer at = blockIdx.y * count + i, of = sets == 1 ? i : at;
    const double counts = (weights ? weights[of] : 1) * (factors ? factors[at] : 1) / count;
#if LOSS == 0
    slopes[at] = (outputs[at] - (REAL)targets[of]) * (REAL)(2 * counts);
#else
    // counts·(sigmoid(f) − y), over a common denominator: exact where a sure answer is right and the difference tiny
    const double f = outputs[at], y = targets[of], tail = exp(-fabs(f));
    slopes[at] = (REAL)(counts * (f >= 0 ? 1 - y - y * tail : tail * (1 - y) - y) / (1 + tail));
#endif
}
