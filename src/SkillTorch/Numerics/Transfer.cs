using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Numerics;

/// <summary>Copies between the host and a device.</summary>
internal static class Transfer
{
    /// <summary>Copies numbers to a device, see <see cref="Send"/>.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="shape">Shape of the tensor.</param>
    /// <param name="dtype">Number format.</param>
    /// <param name="device">Device.</param>
    /// <returns>A new tensor.</returns>
    public static Tensor Copy(double[] values, long[] shape, ScalarType dtype, Device device)
    {
        var host = tensor(values, shape, dtype: dtype);
        return Owned(host, dtype, device);
    }

    /// <summary>Copies integers to a device, see <see cref="Send"/>.</summary>
    /// <param name="values">The integers.</param>
    /// <param name="shape">Shape of the tensor.</param>
    /// <param name="device">Device.</param>
    /// <returns>A new tensor.</returns>
    public static Tensor Copy(long[] values, long[] shape, Device device)
    {
        var host = tensor(values, shape);
        return Owned(host, ScalarType.Int64, device);
    }

    /// <summary>Copies 32-bit integers to a device, see <see cref="Send"/>.</summary>
    /// <param name="values">The integers.</param>
    /// <param name="shape">Shape of the tensor.</param>
    /// <param name="device">Device.</param>
    /// <returns>A new tensor.</returns>
    public static Tensor Copy(int[] values, long[] shape, Device device)
    {
        var host = tensor(values, shape);
        return Owned(host, ScalarType.Int32, device);
    }

    /// <summary>
    /// Copies to a device; to a GPU from page-locked memory, so that neither waits for the other: this thread goes on while the GPU
    /// still computes what it was given before.
    /// </summary>
    /// <param name="host">A tensor in host memory.</param>
    /// <param name="dtype">Number format of the copy.</param>
    /// <param name="device">Device of the copy.</param>
    /// <returns>A new tensor.</returns>
    public static Tensor Send(Tensor host, ScalarType dtype, Device device)
    {
        if (device.type == DeviceType.CPU)
            return host.to(dtype, device, copy: true);
        using var pinned = host.pin_memory();
        return pinned.to(dtype, device, copy: true, non_blocking: true);
    }

    private static Tensor Owned(Tensor host, ScalarType dtype, Device device)
    {
        if (device.type == DeviceType.CPU)
            return host;
        using (host)
            return Send(host, dtype, device);
    }
}
