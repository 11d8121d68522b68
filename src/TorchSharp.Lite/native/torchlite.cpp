// The native side of TorchSharp.Lite: a C interface over libtorch, 1.13 and later.
//
// Operators are not bound one by one. `tl_call` takes any operator that libtorch's dispatcher knows,
// with tagged arguments, and calls it boxed. What the dispatcher does not cover (life-cycle, data
// access, autograd's entry points, global state) has a function of its own below.
//
// A tensor handle is a TensorImpl* that owns one reference. Functions that can fail return a
// sentinel (null or -1) and leave the message for `tl_error`; no C++ exception crosses the border.

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <dlfcn.h>

#include <atomic>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace {

using Handle = c10::TensorImpl*;
using Strong = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;

// c10::optional in 1.13, std::optional later: take whichever the dispatcher itself returns.
template <class Optional> struct OptionalTensorOf;
template <template <class> class Optional, class T> struct OptionalTensorOf<Optional<T>> {
    using type = Optional<at::Tensor>;
};
using FoundSchema = decltype(std::declval<c10::Dispatcher&>().findSchema(std::declval<const c10::OperatorName&>()));
using OptionalTensor = OptionalTensorOf<FoundSchema>::type;

thread_local std::string last_error;

enum Tag : int32_t {
    None, Tensor, Int, Double, Bool, IntList, DoubleList, TensorList, OptionalTensorList, String, Device, Generator
};

// An argument or a result. `value` is an integer, a double's bits, a handle, or a pointer to
// `length` elements; for a device, `length` is its type and `value` its index.
struct Arg {
    int32_t tag;
    int32_t length;
    int64_t value;
};

thread_local std::vector<Arg> results;

at::Tensor borrow(Handle handle) {
    return handle == nullptr ? at::Tensor() : at::Tensor(Strong::unsafe_reclaim_from_nonowning(handle));
}

Handle give(at::Tensor tensor) {
    return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

std::vector<at::Tensor> borrow_all(const Handle* handles, int32_t count) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(count);
    for (int32_t i = 0; i < count; ++i) tensors.push_back(borrow(handles[i]));
    return tensors;
}

double as_double(int64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

int64_t as_bits(double value) {
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

void remember(const std::exception& error) {
    const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
    last_error = torch_error ? torch_error->what_without_backtrace() : error.what();
    // Errors rethrown as std::runtime_error carry the C++ backtrace in their text.
    auto trace = last_error.find("\nException raised from");
    if (trace != std::string::npos) last_error.resize(trace);
}

template <class Result, class Body>
Result guarded(Result sentinel, Body body) {
    try {
        return body();
    } catch (const std::exception& error) {
        remember(error);
    } catch (...) {
        last_error = "libtorch failed without a message.";
    }
    return sentinel;
}

c10::IValue to_ivalue(const Arg& arg) {
    const void* data = reinterpret_cast<const void*>(arg.value);
    switch (arg.tag) {
        case Tag::None: return c10::IValue();
        case Tag::Tensor: return c10::IValue(borrow(reinterpret_cast<Handle>(arg.value)));
        case Tag::Int: return c10::IValue(arg.value);
        case Tag::Double: return c10::IValue(as_double(arg.value));
        case Tag::Bool: return c10::IValue(arg.value != 0);
        case Tag::IntList:
            return c10::IValue(at::IntArrayRef(static_cast<const int64_t*>(data), arg.length));
        case Tag::DoubleList:
            return c10::IValue(at::ArrayRef<double>(static_cast<const double*>(data), arg.length));
        case Tag::TensorList: {
            c10::List<at::Tensor> list;
            list.reserve(arg.length);
            for (int32_t i = 0; i < arg.length; ++i) list.push_back(borrow(static_cast<const Handle*>(data)[i]));
            return c10::IValue(std::move(list));
        }
        case Tag::OptionalTensorList: {
            c10::List<OptionalTensor> list;
            list.reserve(arg.length);
            for (int32_t i = 0; i < arg.length; ++i) {
                Handle handle = static_cast<const Handle*>(data)[i];
                list.push_back(handle ? OptionalTensor(borrow(handle)) : OptionalTensor());
            }
            return c10::IValue(std::move(list));
        }
        case Tag::String: return c10::IValue(std::string(static_cast<const char*>(data), arg.length));
        case Tag::Device:
            return c10::IValue(c10::Device(static_cast<c10::DeviceType>(arg.length), static_cast<c10::DeviceIndex>(arg.value)));
        case Tag::Generator: return c10::IValue(*reinterpret_cast<at::Generator*>(arg.value));
        default: TORCH_CHECK(false, "Got argument tag ", arg.tag, "; expected one that torchlite.cpp knows.");
    }
}

void push_result(c10::IValue&& value) {
    if (value.isTensor()) {
        results.push_back({Tag::Tensor, 0, reinterpret_cast<int64_t>(give(std::move(value).toTensor()))});
    } else if (value.isTensorList()) {
        for (at::Tensor& tensor : std::move(value).toTensorVector())
            results.push_back({Tag::Tensor, 0, reinterpret_cast<int64_t>(give(std::move(tensor)))});
    } else if (value.isInt()) {
        results.push_back({Tag::Int, 0, value.toInt()});
    } else if (value.isDouble()) {
        results.push_back({Tag::Double, 0, as_bits(value.toDouble())});
    } else if (value.isBool()) {
        results.push_back({Tag::Bool, 0, value.toBool() ? 1 : 0});
    } else {
        TORCH_CHECK(false, "Got a result of type ", value.tagKind(), "; expected tensors or a number.");
    }
}

}  // namespace

EXPORT const char* tl_error() { return last_error.c_str(); }
EXPORT const char* tl_version() { return TORCH_VERSION; }

// --- operators ---------------------------------------------------------------------------------

// The operator's handle, for the life of the process; null when this libtorch lacks it.
EXPORT const c10::OperatorHandle* tl_operator(const char* name, const char* overload) {
    return guarded<const c10::OperatorHandle*>(nullptr, [&]() -> const c10::OperatorHandle* {
        auto found = c10::Dispatcher::singleton().findSchema({std::string("aten::") + name, overload});
        if (!found) {
            last_error = std::string("libtorch ") + TORCH_VERSION + " has no operator aten::" + name +
                (*overload ? std::string(".") + overload : "") + ".";
            return nullptr;
        }
        return new c10::OperatorHandle(*found);
    });
}

// Calls an operator. Arguments beyond `count` take their schema's defaults. Returns the number of
// results and where they are (valid until this thread's next call), or -1. With `out` null the
// results are dropped: what an in-place operator returns is its first argument.
EXPORT int32_t tl_call(const c10::OperatorHandle* op, const Arg* args, int32_t count, const Arg** out) {
    return guarded<int32_t>(-1, [&]() -> int32_t {
        const auto& parameters = op->schema().arguments();
        torch::jit::Stack stack;
        stack.reserve(parameters.size());
        for (int32_t i = 0; i < count; ++i) stack.push_back(to_ivalue(args[i]));
        for (size_t i = count; i < parameters.size(); ++i) {
            TORCH_CHECK(parameters[i].default_value(), op->schema().name(), " misses its argument '", parameters[i].name(), "'.");
            stack.push_back(*parameters[i].default_value());
        }
        op->callBoxed(&stack);
        if (out == nullptr) return 0;
        results.clear();
        for (auto& value : stack) push_result(std::move(value));
        *out = results.data();
        return static_cast<int32_t>(results.size());
    });
}

// --- tensors -----------------------------------------------------------------------------------

EXPORT void tl_release(Handle tensor) { (void)Strong::reclaim(tensor); }

EXPORT Handle tl_share(Handle tensor) { return give(borrow(tensor)); }

// The same data as a new leaf of the autograd graph.
EXPORT Handle tl_detach(Handle tensor) {
    return guarded<Handle>(nullptr, [&] { return give(borrow(tensor).detach()); });
}

EXPORT int32_t tl_dtype(Handle tensor) { return static_cast<int32_t>(borrow(tensor).scalar_type()); }

EXPORT int64_t tl_element_size(Handle tensor) { return static_cast<int64_t>(borrow(tensor).element_size()); }

EXPORT int64_t tl_numel(Handle tensor) { return tensor->numel(); }

EXPORT int32_t tl_device(Handle tensor, int32_t* index) {
    c10::Device device = tensor->device();
    *index = device.index();
    return static_cast<int32_t>(device.type());
}

EXPORT int64_t tl_dim(Handle tensor) { return tensor->dim(); }

EXPORT void tl_sizes(Handle tensor, int64_t* sizes) {
    auto source = tensor->sizes();
    std::copy(source.begin(), source.end(), sizes);
}

EXPORT void tl_strides(Handle tensor, int64_t* strides) {
    auto source = tensor->strides();
    std::copy(source.begin(), source.end(), strides);
}

EXPORT int64_t tl_storage_offset(Handle tensor) { return tensor->storage_offset(); }

EXPORT int32_t tl_is_contiguous(Handle tensor) { return tensor->is_contiguous() ? 1 : 0; }

// Address of the first element; null for a tensor without elements. -1 on failure.
EXPORT void* tl_data(Handle tensor) {
    return guarded<void*>(reinterpret_cast<void*>(-1), [&] { return borrow(tensor).data_ptr(); });
}

// --- autograd ----------------------------------------------------------------------------------

EXPORT int32_t tl_requires_grad(Handle tensor) { return borrow(tensor).requires_grad() ? 1 : 0; }

EXPORT int32_t tl_set_requires_grad(Handle tensor, int32_t value) {
    return guarded<int32_t>(-1, [&] { borrow(tensor).set_requires_grad(value != 0); return 0; });
}

EXPORT int32_t tl_is_leaf(Handle tensor) { return borrow(tensor).is_leaf() ? 1 : 0; }

EXPORT int32_t tl_retain_grad(Handle tensor) {
    return guarded<int32_t>(-1, [&] { borrow(tensor).retain_grad(); return 0; });
}

EXPORT Handle tl_grad(Handle tensor) {
    return guarded<Handle>(nullptr, [&] { return give(borrow(tensor).grad()); });
}

EXPORT int32_t tl_set_grad(Handle tensor, Handle grad) {
    return guarded<int32_t>(-1, [&] { borrow(tensor).mutable_grad() = borrow(grad); return 0; });
}

EXPORT int32_t tl_backward(const Handle* tensors, const Handle* grads, int32_t count, const Handle* inputs,
                           int32_t input_count, int32_t retain_graph, int32_t create_graph) {
    return guarded<int32_t>(-1, [&] {
        torch::autograd::backward(borrow_all(tensors, count),
            grads ? borrow_all(grads, count) : std::vector<at::Tensor>(),
            retain_graph != 0, create_graph != 0, borrow_all(inputs, input_count));
        return 0;
    });
}

// Writes `input_count` gradients (null for an unused input) to `out`.
EXPORT int32_t tl_gradients(const Handle* outputs, const Handle* grads, int32_t count, const Handle* inputs,
                            int32_t input_count, int32_t retain_graph, int32_t create_graph, int32_t allow_unused, Handle* out) {
    return guarded<int32_t>(-1, [&] {
        auto gradients = torch::autograd::grad(borrow_all(outputs, count), borrow_all(inputs, input_count),
            grads ? borrow_all(grads, count) : std::vector<at::Tensor>(),
            retain_graph != 0, create_graph != 0, allow_unused != 0);
        for (int32_t i = 0; i < input_count; ++i) out[i] = give(std::move(gradients[i]));
        return 0;
    });
}

EXPORT int32_t tl_grad_enabled() { return c10::GradMode::is_enabled() ? 1 : 0; }

EXPORT void tl_set_grad_enabled(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }

EXPORT int32_t tl_inference_enabled() { return c10::InferenceMode::is_enabled() ? 1 : 0; }

EXPORT c10::InferenceMode* tl_inference_enter(int32_t enabled) { return new c10::InferenceMode(enabled != 0); }

EXPORT void tl_inference_exit(c10::InferenceMode* guard) { delete guard; }

// --- global state ------------------------------------------------------------------------------

EXPORT int32_t tl_promote(int32_t first, int32_t second) {
    return static_cast<int32_t>(c10::promoteTypes(static_cast<c10::ScalarType>(first), static_cast<c10::ScalarType>(second)));
}

// An OpenBLAS with threads of its own, as distributions have it, knows nothing of libtorch's setting, and threads of libtorch
// that call it wait for each other: it gets all threads, and libtorch one.
static bool set_blas_threads(int count) {
    bool found = false;
    for (const char* name : {"libopenblas.so.0", "libblas.so.3"}) {
        if (void* library = dlopen(name, RTLD_LAZY | RTLD_NOLOAD)) {
            if (auto set = reinterpret_cast<void (*)(int)>(dlsym(library, "openblas_set_num_threads"))) {
                set(count);
                found = true;
            }
            dlclose(library);
        }
    }
    return found;
}

static std::atomic<int32_t> threads{0};

static void set_threads(int32_t count) {
    TORCH_CHECK(count > 0, "Got ", count, " threads; expected at least 1.");
    at::set_num_threads(set_blas_threads(count) ? 1 : count);
    threads = count;
}

// Libtorch's own choice is that of both from the start.
[[maybe_unused]] static const bool ready = (set_threads(at::get_num_threads()), true);

EXPORT int32_t tl_num_threads() { return threads; }

EXPORT int32_t tl_set_num_threads(int32_t count) {
    return guarded<int32_t>(-1, [&] { set_threads(count); return 0; });
}

EXPORT int32_t tl_allow_tf32() { return at::globalContext().allowTF32CuBLAS(); }

EXPORT int32_t tl_set_allow_tf32(int32_t allow) {
    return guarded<int32_t>(-1, [&] { at::globalContext().setAllowTF32CuBLAS(allow != 0); return 0; });
}

EXPORT int32_t tl_num_interop_threads() { return at::get_num_interop_threads(); }

EXPORT int32_t tl_set_num_interop_threads(int32_t count) {
    return guarded<int32_t>(-1, [&] { at::set_num_interop_threads(count); return 0; });
}

EXPORT int32_t tl_cuda_device_count() {
    return guarded<int32_t>(0, [] { return static_cast<int32_t>(torch::cuda::device_count()); });
}

EXPORT int32_t tl_cuda_synchronize(int32_t index) {
    return guarded<int32_t>(-1, [&] { torch::cuda::synchronize(index); return 0; });
}

// Seeds the generators of every device.
EXPORT int32_t tl_manual_seed(int64_t seed) {
    return guarded<int32_t>(-1, [&] { at::manual_seed(static_cast<uint64_t>(seed)); return 0; });
}

EXPORT at::Generator* tl_generator_new(int64_t seed) {
    return guarded<at::Generator*>(nullptr, [&] {
        return new at::Generator(at::make_generator<at::CPUGeneratorImpl>(static_cast<uint64_t>(seed)));
    });
}

EXPORT at::Generator* tl_generator_default(int32_t device_type, int32_t index) {
    return guarded<at::Generator*>(nullptr, [&] {
        c10::Device device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(index));
        return new at::Generator(at::globalContext().defaultGenerator(device));
    });
}

EXPORT void tl_generator_release(at::Generator* generator) { delete generator; }

EXPORT int64_t tl_generator_seed(at::Generator* generator) { return static_cast<int64_t>(generator->current_seed()); }

EXPORT int32_t tl_generator_set_seed(at::Generator* generator, int64_t seed) {
    return guarded<int32_t>(-1, [&] {
        std::lock_guard<std::mutex> lock(generator->mutex());
        generator->set_current_seed(static_cast<uint64_t>(seed));
        return 0;
    });
}

EXPORT Handle tl_generator_state(at::Generator* generator) {
    return guarded<Handle>(nullptr, [&] { return give(generator->get_state()); });
}

EXPORT int32_t tl_generator_set_state(at::Generator* generator, Handle state) {
    return guarded<int32_t>(-1, [&] { generator->set_state(borrow(state)); return 0; });
}
