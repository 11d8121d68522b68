using System.Runtime.InteropServices;
using TorchSharp.Lite;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The address of the first element; null for a tensor without elements.</summary>
        internal nint DataPointer
        {
            get
            {
                var address = Native.tl_data(HandleFor("data"));
                return address != -1 ? address : throw Native.Error();
            }
        }

        /// <summary>The elements as an ordered collection; on the CPU a live view, else a copy.</summary>
        /// <exception cref="ArgumentException"><typeparamref name="T"/> is not the element type.</exception>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            ValidateType(typeof(T));
            return new TensorAccessor<T>(device_type == DeviceType.CPU ? this : cpu());
        }

        /// <summary>The bytes of a contiguous CPU tensor: a view, valid as long as the tensor lives. Assigning copies.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                if (!is_contiguous()) throw new InvalidOperationException("Got a tensor that is not contiguous for `bytes`; call contiguous() first.");
                if (device_type != DeviceType.CPU) throw new InvalidOperationException("Got a tensor outside main memory for `bytes`; call cpu() first.");
                return new Span<byte>((void*)DataPointer, checked((int)(NumberOfElements * ElementSize)));
            }
            set
            {
                var target = bytes;
                if (target.Length != value.Length) throw new ArgumentException($"Got {value.Length} bytes; expected {target.Length}.");
                value.CopyTo(target);
            }
        }

        /// <summary>The only element of a tensor.</summary>
        /// <exception cref="ArgumentException">The tensor has more elements, or <typeparamref name="T"/> is not the element type.</exception>
        public T item<T>() where T : unmanaged
        {
            if (NumberOfElements != 1) throw new ArgumentException($"Got a tensor of {NumberOfElements} elements for `item`; expected one.");
            ValidateType(typeof(T));
            return ReadCpuValue<T>(0);
        }

        /// <summary>The only element of a tensor, as a scalar.</summary>
        public Scalar ToScalar()
        {
            var number = Dispatcher.CallNumber("item", this);
            return new Scalar(number.Kind switch { ValueKind.Double => ScalarType.Float64, ValueKind.Bool => ScalarType.Bool, _ => ScalarType.Int64 }, number.Bits);
        }

        /// <summary>The element at a row-major index of the storage's first elements.</summary>
        public unsafe T ReadCpuValue<T>(long i) where T : unmanaged
        {
            if (device_type == DeviceType.CPU)
            {
                var value = ((T*)DataPointer)[i];
                GC.KeepAlive(this);
                return value;
            }
            using var local = cpu();
            return local.ReadCpuValue<T>(i);
        }

        /// <summary>The float at an index.</summary>
        public float ReadCpuSingle(long i) => ReadCpuValue<float>(i);

        /// <summary>The double at an index.</summary>
        public double ReadCpuDouble(long i) => ReadCpuValue<double>(i);

        /// <summary>The 64-bit integer at an index.</summary>
        public long ReadCpuInt64(long i) => ReadCpuValue<long>(i);

        /// <summary>Writes the elements' bytes in row-major order.</summary>
        public void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            if (is_contiguous() && device_type == DeviceType.CPU) stream.Write(bytes);
            else
            {
                using var local = cpu();
                using var packed = local.contiguous();
                stream.Write(packed.bytes);
            }
        }

        /// <summary>Fills the tensor from the elements' bytes in row-major order.</summary>
        public void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            if (is_contiguous() && device_type == DeviceType.CPU) stream.ReadExactly(bytes);
            else
            {
                using var guard = no_grad();
                using var local = empty(shape, dtype, CPU);
                stream.ReadExactly(local.bytes);
                copy_(local);
            }
        }

        /// <summary>A copy on, or the tensor itself if already on, the device and of the type.</summary>
        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Converted(Dispatcher.Call("to.device", this, device, type, non_blocking, copy), disposeAfter);

        /// <summary>A copy of, or the tensor itself if already of, the type.</summary>
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to_type(type, copy, disposeAfter, non_blocking);

        /// <summary>A copy of, or the tensor itself if already of, the type.</summary>
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Converted(Dispatcher.Call("to.dtype", this, type, non_blocking, copy), disposeAfter);

        /// <summary>A copy on, or the tensor itself if already on, the device.</summary>
        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Converted(Dispatcher.Call("to.device", this, device, dtype, non_blocking, copy), disposeAfter);

        /// <summary>A copy on, or the tensor itself if already on, the device.</summary>
        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        /// <summary>A copy on, or the tensor itself if already on, the device.</summary>
        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        /// <summary>The tensor with another's type and device.</summary>
        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking: non_blocking);

        /// <summary>A copy in page-locked memory, from which <see cref="to(Device, bool, bool, bool)"/> copies to a CUDA device without blocking.</summary>
        public Tensor pin_memory() => Dispatcher.Call("pin_memory", this);

        /// <summary>The tensor in main memory.</summary>
        public Tensor cpu() => to(CPU);

        /// <summary>The tensor on a CUDA device.</summary>
        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);

        /// <summary>The tensor with another element type.</summary>
        public Tensor type(ScalarType dtype) => to_type(dtype);

        /// <summary>The tensor with another tensor's element type.</summary>
        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        /// <summary>The tensor as bool.</summary>
        public Tensor @bool() => to_type(ScalarType.Bool);

        /// <summary>The tensor as unsigned 8-bit integers.</summary>
        public Tensor @byte() => to_type(ScalarType.Byte);

        /// <summary>The tensor as signed 8-bit integers.</summary>
        public Tensor @char() => to_type(ScalarType.Int8);

        /// <summary>The tensor as 32-bit integers.</summary>
        public Tensor @int() => to_type(ScalarType.Int32);

        /// <summary>The tensor as 64-bit integers.</summary>
        public Tensor @long() => to_type(ScalarType.Int64);

        /// <summary>The tensor as 16-bit floats.</summary>
        public Tensor half() => to_type(ScalarType.Float16);

        /// <summary>The tensor as bfloat16.</summary>
        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        /// <summary>The tensor as 32-bit floats.</summary>
        public Tensor @float() => to_type(ScalarType.Float32);

        /// <summary>The tensor as 64-bit floats.</summary>
        public Tensor @double() => to_type(ScalarType.Float64);

        /// <inheritdoc/>
        public override string ToString() => IsInvalid ? "[disposed]" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        internal void ValidateType(Type type)
        {
            if (ToScalarType(type) != dtype) throw new ArgumentException($"Got {type.Name} for a tensor of {dtype}; expected the .NET type of its elements.");
        }

        private Tensor Converted(Tensor result, bool disposeAfter)
        {
            if (disposeAfter) Dispose();
            return result;
        }
    }
}
