using TorchSharp.Lite;

namespace TorchSharp;

/// <summary>The kinds of device; values are libtorch's.</summary>
public enum DeviceType
{
    /// <summary>Main memory.</summary>
    CPU = 0,
    /// <summary>An NVIDIA GPU.</summary>
    CUDA = 1,
    /// <summary>No memory: shapes and types alone.</summary>
    META = 14,
}

public static partial class torch
{
    private static Device? defaultDevice;

    /// <summary>A device that holds tensors.</summary>
    public class Device
    {
        /// <summary>A device by name: "cpu", "cuda" or "cuda:1".</summary>
        public Device(string description)
        {
            var parts = description.Split(':');
            type = Parse(parts[0]);
            if (parts.Length > 1)
                index = int.TryParse(parts[1], out var given) ? given : throw new ArgumentException($"Got `{description}` for a device; expected like `cuda:0`.");
        }

        /// <summary>A device by the name of its kind and its index; -1 for the current one.</summary>
        public Device(string deviceType, int index = -1) : this(Parse(deviceType), index) { }

        /// <summary>A device by its kind and index; -1 for the current one.</summary>
        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        /// <summary>A CUDA device.</summary>
        public Device(int index) : this(DeviceType.CUDA, index) { }

        /// <summary>The kind of device.</summary>
        public DeviceType type { get; private set; }

        /// <summary>Which of the kind; -1 for the current one.</summary>
        public int index { get; private set; } = -1;

        /// <summary>The device's name: "cpu", "cuda" or "cuda:1".</summary>
        public override string ToString() => type == DeviceType.CPU || index < 0 ? type.ToString().ToLowerInvariant() : $"{type.ToString().ToLowerInvariant()}:{index}";

        /// <summary>A device by name.</summary>
        public static implicit operator Device(string description) => new(description);

        private static DeviceType Parse(string name) => Enum.TryParse<DeviceType>(name, true, out var type) ? type
            : throw new ArgumentException($"Got `{name}` for a device; expected cpu or cuda.");
    }

    /// <summary>Main memory.</summary>
    public static readonly Device CPU = new(DeviceType.CPU);

    /// <summary>No memory: tensors that have shape and type alone.</summary>
    public static readonly Device META = new(DeviceType.META);

    private static readonly Device Cuda = new(DeviceType.CUDA);

    /// <summary>The current CUDA device.</summary>
    public static Device CUDA => InitializeDevice(Cuda);

    /// <summary>A device by name: "cpu", "cuda" or "cuda:1".</summary>
    public static Device device(string description) => InitializeDevice(new Device(description));

    /// <summary>A device by the name of its kind and its index.</summary>
    public static Device device(string deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    /// <summary>A device by its kind and index.</summary>
    public static Device device(DeviceType deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    /// <summary>A CUDA device.</summary>
    public static Device device(int index) => InitializeDevice(new Device(index));

    /// <summary>The device that factories use when none is given; the CPU at first.</summary>
    public static Device get_default_device() => defaultDevice ?? CPU;

    /// <summary>Sets the device that factories use when none is given.</summary>
    public static void set_default_device(Device device) => defaultDevice = device;

    /// <summary>Sets the device that factories use when none is given.</summary>
    public static void set_default_device(string device) => defaultDevice = new Device(device);

    /// <summary>Fills in the default device, and refuses one that is not there.</summary>
    public static Device InitializeDevice(Device? device)
    {
        device ??= get_default_device();
        if (device.type == DeviceType.CUDA && !cuda.is_available())
            throw new InvalidOperationException("Got device `cuda`; the loaded libtorch sees no CUDA device.");
        return device;
    }

    /// <summary>CUDA's state.</summary>
    public static class cuda
    {
        /// <summary>Whether the loaded libtorch sees a CUDA device.</summary>
        public static bool is_available() => device_count() > 0;

        /// <summary>The number of CUDA devices.</summary>
        public static int device_count() => Native.tl_cuda_device_count();

        /// <summary>Waits until the device has done all its work.</summary>
        public static void synchronize(Device? device = null) => Native.Check(Native.tl_cuda_synchronize(device?.index ?? -1));

        /// <summary>Seeds the generators of every device.</summary>
        public static void manual_seed(long seed) => torch.manual_seed(seed);

        /// <summary>Seeds the generators of every device.</summary>
        public static void manual_seed_all(long seed) => torch.manual_seed(seed);
    }
}
