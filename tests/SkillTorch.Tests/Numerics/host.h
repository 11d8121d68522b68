// Plays a GPU: what a kernel needs of CUDA C++, on the host. The threads of a block are fibers that take turns at each __syncthreads.

#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include <cmath>
#include <utility>

using std::erf, std::exp, std::fabs, std::fmax, std::fmin, std::sqrt, std::tanh;

#define __global__
#define __device__
#define __shared__ static
#define __launch_bounds__(threads)

struct Index { unsigned x, y, z; };
static Index threadIdx, blockIdx, blockDim, gridDim;

namespace host
{
constexpr size_t StackBytes = 1 << 18;

struct Fiber
{
    ucontext_t context;
    bool done;
};

static char* stacks;

static ucontext_t scheduler;
static Fiber* current;
static const void* work;
static void (*run)(const void*);

static void enter()
{
    run(work);
    current->done = true;
    swapcontext(&current->context, &scheduler);
}

template <class Work>
void block(const Work& kernel, Fiber* fibers, int threads)
{
    work = &kernel;
    run = [](const void* w) { (*static_cast<const Work*>(w))(); };
    for (int i = 0; i < threads; i++)
    {
        fibers[i].done = false;
        getcontext(&fibers[i].context);
        fibers[i].context.uc_stack.ss_sp = stacks + i * StackBytes;
        fibers[i].context.uc_stack.ss_size = StackBytes;
        fibers[i].context.uc_link = nullptr;
        makecontext(&fibers[i].context, enter, 0);
    }

    for (bool any = true; any;)
    {
        any = false;
        for (int i = 0; i < threads; i++)
        {
            if (fibers[i].done)
                continue;
            current = &fibers[i];
            threadIdx = {(unsigned)i, 0, 0};
            swapcontext(&scheduler, &current->context);
            any = any || !fibers[i].done;
        }
    }
}

template <class... A, size_t... I>
void launch(void (*kernel)(A...), const int* grid, int threads, void** arguments, std::index_sequence<I...>)
{
    Fiber* fibers = (Fiber*)malloc(threads * sizeof(Fiber));
    stacks = (char*)malloc(threads * StackBytes);
    blockDim = {(unsigned)threads, 1, 1};
    gridDim = {(unsigned)grid[0], (unsigned)grid[1], (unsigned)grid[2]};
    for (blockIdx.z = 0; blockIdx.z < gridDim.z; blockIdx.z++)
        for (blockIdx.y = 0; blockIdx.y < gridDim.y; blockIdx.y++)
            for (blockIdx.x = 0; blockIdx.x < gridDim.x; blockIdx.x++)
                block([&] { kernel(*static_cast<std::remove_reference_t<A>*>(arguments[I])...); }, fibers, threads);
    free(stacks);
    free(fibers);
}

template <class... A>
void launch(void (*kernel)(A...), const int* grid, int threads, void** arguments)
{
    launch(kernel, grid, threads, arguments, std::index_sequence_for<A...>());
}
}

static void __syncthreads()
{
    swapcontext(&host::current->context, &host::scheduler);
}

// What the threads of a warp do together; all threads of the block must.
#define HOST
namespace host
{
static unsigned lent[1024][6];

static float number(unsigned bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// Element of a bfloat16 matrix of mma.m16n8k16 from the registers of the lanes that hold it: row or column, and place in the sum.
static float element(unsigned warp, int outer, int inner, int first)
{
    const unsigned pair = lent[warp + outer % 8 * 4 + inner % 8 / 2][first];
    return number(inner % 2 ? pair & 0xFFFF0000u : pair << 16);
}
}

static unsigned __float_as_uint(float value)
{
    unsigned bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static float __uint_as_float(unsigned bits)
{
    return host::number(bits);
}

template <class T>
static T __shfl_xor_sync(unsigned, T value, int mask)
{
    memcpy(host::lent[threadIdx.x], &value, sizeof value);
    __syncthreads();
    memcpy(&value, host::lent[threadIdx.x ^ mask], sizeof value);
    __syncthreads();
    return value;
}

// d += a·b of 16×16 and 16×8 bfloat16 numbers: mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32.
static void multiply(float* d, const unsigned* a, unsigned b0, unsigned b1)
{
    const unsigned self = threadIdx.x, lane = self % 32, warp = self - lane;
    for (int i = 0; i < 4; i++)
        host::lent[self][i] = a[i];
    host::lent[self][4] = b0;
    host::lent[self][5] = b1;
    __syncthreads();
    for (int i = 0; i < 4; i++)
    {
        const int row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
        for (int k = 0; k < 16; k++)
            d[i] += host::element(warp, row, k, row / 8 + k / 8 * 2) * host::element(warp, column, k, 4 + k / 8);
    }
    __syncthreads();
}
