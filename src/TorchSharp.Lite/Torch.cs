using System.Runtime.InteropServices;
using TorchSharp.Lite;

namespace TorchSharp;

/// <summary>PyTorch's <c>torch</c> module: tensors, their operations, and global state.</summary>
public static partial class torch
{
    /// <summary>The version of libtorch.</summary>
    public static string __version__ => Marshal.PtrToStringUTF8(Native.tl_version())!;

    /// <summary>The number of threads that one operation may use.</summary>
    public static int get_num_threads() => Native.tl_num_threads();

    /// <summary>Sets the number of threads that one operation may use.</summary>
    public static void set_num_threads(int num) => Native.Check(Native.tl_set_num_threads(num));

    /// <summary>The number of threads that run independent operations.</summary>
    public static int get_num_interop_threads() => Native.tl_num_interop_threads();

    /// <summary>Sets the number of threads that run independent operations; once, before any of them runs.</summary>
    public static void set_num_interop_threads(int num) => Native.Check(Native.tl_set_num_interop_threads(num));

    /// <summary>Settings of the libraries behind libtorch.</summary>
    public static class backends
    {
        /// <summary>Settings for CUDA devices.</summary>
        public static class cuda
        {
            /// <summary>Settings of matrix products.</summary>
            public static class matmul
            {
                /// <summary>Whether single-precision products may round their factors to TensorFloat-32.</summary>
                public static bool allow_tf32
                {
                    get => Native.tl_allow_tf32() != 0;
                    set => Native.Check(Native.tl_set_allow_tf32(value ? 1 : 0));
                }
            }
        }
    }

    /// <summary>Seeds the generators of every device; returns the CPU's.</summary>
    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    /// <summary>The state of the CPU's generator.</summary>
    public static Tensor get_rng_state() => random.get_rng_state();

    /// <summary>Restores the state of the CPU's generator.</summary>
    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    /// <summary>The default generators.</summary>
    public static class random
    {
        /// <summary>Seeds the generators of every device; returns the CPU's.</summary>
        public static Generator manual_seed(long seed)
        {
            Native.Check(Native.tl_manual_seed(seed));
            return Generator.Default;
        }

        /// <summary>The seed of the CPU's generator.</summary>
        public static long initial_seed()
        {
            using var generator = Generator.Default;
            return generator.initial_seed();
        }

        /// <summary>The state of the CPU's generator.</summary>
        public static Tensor get_rng_state()
        {
            using var generator = Generator.Default;
            return generator.get_state();
        }

        /// <summary>Restores the state of the CPU's generator.</summary>
        public static void set_rng_state(Tensor new_state)
        {
            using var generator = Generator.Default;
            generator.set_state(new_state);
        }
    }

    /// <summary>A source of random numbers on the CPU.</summary>
    public class Generator : IDisposable
    {
        private nint handle;

        /// <summary>A generator of its own, seeded.</summary>
        /// <exception cref="ArgumentException"><paramref name="device"/> is not the CPU: seed CUDA's generators with <see cref="manual_seed(long)"/>.</exception>
        public Generator(ulong seed = 0, Device? device = null)
        {
            if (device is { type: not DeviceType.CPU })
                throw new ArgumentException($"Got device `{device}` for a generator; expected cpu. Use torch.manual_seed for the generators of other devices.");
            handle = Native.Check(Native.tl_generator_new((long)seed));
        }

        private Generator(nint handle) => this.handle = handle;

        /// <summary>Releases the native generator.</summary>
        ~Generator() => Dispose(false);

        /// <summary>The CPU's default generator.</summary>
        public static Generator Default => new(Native.Check(Native.tl_generator_default((int)DeviceType.CPU, -1)));

        /// <summary>Where the generator's numbers are made: the CPU.</summary>
        public Device device => CPU;

        internal nint Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(Generator));

        /// <summary>Seeds the generator; returns the generator itself.</summary>
        public Generator manual_seed(long seed)
        {
            Native.Check(Native.tl_generator_set_seed(Handle, seed));
            return this;
        }

        /// <summary>The seed that the generator started from.</summary>
        public long initial_seed() => Native.tl_generator_seed(Handle);

        /// <summary>The whole state, as bytes.</summary>
        public Tensor get_state() => new(Native.Check(Native.tl_generator_state(Handle)));

        /// <summary>Restores a state that <see cref="get_state"/> gave.</summary>
        public void set_state(Tensor value) => Native.Check(Native.tl_generator_set_state(Handle, value.HandleFor("set_state")));

        /// <summary>Releases the native generator.</summary>
        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Releases the native generator.</summary>
        protected virtual void Dispose(bool disposing)
        {
            if (handle != 0) Native.tl_generator_release(handle);
            handle = 0;
        }
    }
}
