// Plays a GPU: what a kernel needs of CUDA C++, on the host. The threads of a block are fibers that take turns at each __syncthreads.

#include <stdlib.h>
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
