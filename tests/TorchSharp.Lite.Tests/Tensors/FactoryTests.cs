using static TorchSharp.torch;

namespace TorchSharp.Lite.Tests.Tensors;

public class FactoryTests
{
    [Fact]
    public void Makes_constant_tensors()
    {
        using var scope = NewDisposeScope();
        Check.Close([0, 0, 0, 0, 0, 0], zeros(2, 3));
        Check.Close([1, 1], ones([2L]));
        Check.Close([7, 7], full(2, 7));
        Check.Close([2.5], full([], 2.5));
        Check.Close([1, 0, 0, 0, 1, 0], eye(2, 3));
        Check.Close([0, 1, 2], arange(3));
        Check.Close([1, 1.5, 2], arange(1, 2.5, 0.5));
        Check.Close([-1, 0, 1], linspace(-1, 1, 3));
        Check.Close([1, 10, 100], logspace(0, 2, 3), 1e-6);
        Check.Close([0, 0], zeros_like(full(2, 7)));
        Check.Close([1, 1], full(2, 7).ones_like());
        Check.Close([3, 3], full_like(ones(2), 3));
        Assert.Equal([4, 5], empty(4, 5).shape);
        Assert.Equal([4, 5], empty(4, 5).empty_like().shape);
        Check.Close([0, 0], ones(3).new_zeros([2L]));
    }

    [Fact]
    public void Chooses_types_as_TorchSharp_does()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(float32, zeros(1).dtype);
        Assert.Equal(int64, arange(3).dtype);
        Assert.Equal(float32, arange(0, 1, 0.5).dtype);
        Assert.Equal(int64, full(1, 7).dtype);
        Assert.Equal(float32, full(1, 7.0).dtype);
        Assert.Equal(float64, tensor(1.0).dtype);
        Assert.Equal(float32, tensor(1f).dtype);
        Assert.Equal(int32, tensor(1).dtype);
        Assert.Equal(int64, tensor(1L).dtype);
        Assert.Equal(@bool, tensor(new[] { true }).dtype);
        Assert.Equal(float32, tensor(new[] { 1.0 }, float32).dtype);
        Assert.Equal(int64, randint(5, new long[] { 2 }).dtype);
        Assert.Equal(int64, randperm(5).dtype);
        set_default_dtype(float64);
        try
        {
            Assert.Equal(float64, zeros(1).dtype);
            Assert.Equal(float64, randn(1).dtype);
            Assert.Equal(float64, linspace(0, 1, 2).dtype);
        }
        finally
        {
            set_default_dtype(float32);
        }
        Assert.ThrowsAny<ArgumentException>(() => set_default_dtype(int64));
    }

    [Fact]
    public void Copies_dotnet_data()
    {
        using var scope = NewDisposeScope();
        var source = new double[,] { { 1, 2, 3 }, { 4, 5, 6 } };
        var x = tensor(source);
        source[0, 0] = -1;
        Assert.Equal([2, 3], x.shape);
        Check.Close([1, 2, 3, 4, 5, 6], x);
        Check.Close([1, 2, 3, 4], tensor(new[] { 1f, 2, 3, 4 }, [2, 2]));
        Check.Close([1, 2, 3, 4], tensor(new List<long> { 1, 2, 3, 4 }, 2, 2));
        Check.Close([1, 2, 3, 4, 5, 6, 7, 8], tensor(new int[,,] { { { 1, 2 }, { 3, 4 } }, { { 5, 6 }, { 7, 8 } } }));
        Check.Close([1, 0], tensor(new[] { true, false }));
        Check.Close([200], tensor(new byte[] { 200 }));
        Check.Close([-1, 2, 3, 4, 5, 6], from_array(source));
        Check.Close([2, 3], tensor(new Memory<float>([1, 2, 3])[1..], [2]));
        Check.Close([1], as_tensor(new[] { 1.0 }));
        Assert.True(tensor(new[] { 1.0 }, requires_grad: true).requires_grad);
        Assert.ThrowsAny<ArgumentException>(() => tensor(new[] { 1.0 }, [2L]));
    }

    [Fact]
    public void Gives_data_back()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        Assert.Equal([1, 2, 3, 4, 5, 6], x.data<float>().ToArray());
        Assert.Equal([1, 4, 2, 5, 3, 6], x.t().data<float>().ToArray());
        Assert.Equal(6, x.t().data<float>()[2, 1]);
        Assert.Equal(5, x.t().data<float>()[3]);
        Assert.Equal(6, ((float[,])x.t().data<float>().ToNDArray())[2, 1]);
        Assert.Equal(6, x.data<float>().Count);
        Assert.Equal(21, x.data<float>().Sum());
        x.data<float>()[0, 1] = 9;
        Assert.Equal(9, x[0, 1].item<float>());
        x.bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(new float[] { 6, 5, 4, 3, 2, 1 }.AsSpan());
        Check.Close([6, 5, 4, 3, 2, 1], x);
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(x.bytes)[5] = 8;
        Assert.Equal(8, x[1, 2].item<float>());
        x.t().data<float>().CopyFrom([1f, 2, 3, 4, 5, 6]);
        Check.Close([1, 3, 5, 2, 4, 6], x);
        Assert.Equal(1.5, tensor(1.5).item<double>());
        Assert.Equal(3, (double)tensor(3L));
        Assert.Equal(3, tensor(3f).ToInt32());
        Assert.Equal(2.5, tensor(2.5f).ToScalar().ToDouble());
        Assert.ThrowsAny<ArgumentException>(() => x.item<float>());
        Assert.ThrowsAny<ArgumentException>(() => x.data<double>());
        Assert.ThrowsAny<ArgumentException>(() => tensor(1f).item<double>());
    }

    [Fact]
    public void Streams_bytes()
    {
        using var scope = NewDisposeScope();
        var x = Check.Numbers(0, 1, 3, 5);
        using var stream = new MemoryStream();
        x.t().WriteBytesToStream(stream);
        stream.Position = 0;
        var y = zeros(5, 3, float64);
        y.ReadBytesFromStream(stream);
        Check.Close(Check.Values(x.t()), y);
    }

    [Fact]
    public void Converts_types_and_devices()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.7, -2.2 });
        Check.Close([1, -2], x.to(int64));
        Check.Close([1, -2], x.@int());
        Check.Close([1, 1], x.@bool());
        Assert.Equal(float32, x.@float().dtype);
        Assert.Equal(float16, x.half().dtype);
        Assert.Equal(bfloat16, x.bfloat16().dtype);
        Assert.Equal(float32, x.type(float32).dtype);
        Assert.Equal(int64, x.type_as(arange(1)).dtype);
        Assert.Equal(int64, x.to(arange(1)).dtype);
        Assert.Equal(DeviceType.CPU, x.cpu().device_type);
        Assert.Equal("cpu", x.device.ToString());
        Assert.Equal("cuda:1", new Device("cuda:1").ToString());
        Assert.Equal(DeviceType.META, x.to(META).device_type);
        var gone = x.clone();
        gone.to(float32, disposeAfter: true);
        Assert.True(gone.IsInvalid);
        Assert.NotEqual(x.Handle, x.to(float64, copy: true).Handle);
    }

    [SkippableFact]
    public void Computes_on_CUDA()
    {
        Skip.IfNot(cuda.is_available(), "No CUDA device.");
        using var scope = NewDisposeScope();
        var x = Check.Numbers(-1, 1, 4, 4);
        var y = x.cuda();
        Assert.True(y.is_cuda);
        cuda.synchronize();
        Check.Close(Check.Values(x.mm(x)), y.mm(y).cpu(), 1e-12);
        Assert.True(cuda.device_count() > 0);
    }

    [SkippableFact]
    public void Says_that_there_is_no_CUDA_device()
    {
        Skip.If(cuda.is_available(), "There is a CUDA device.");
        Assert.Equal(0, cuda.device_count());
        Assert.ThrowsAny<Exception>(() => zeros(1, device: new Device("cuda")));
    }
}
