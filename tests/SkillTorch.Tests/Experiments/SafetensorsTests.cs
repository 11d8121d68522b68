using System.Text;
using FsCheck.Xunit;
using SkillTorch.Experiments;
using SkillTorch.Tests.Reporting;

namespace SkillTorch.Tests.Experiments;

public class SafetensorsTests
{
    [Property(MaxTest = 30)]
    public void Arrays_read_back_bit_for_bit(float[] floats, double[] doubles, long[] longs, byte rows, byte columns)
    {
        using var folder = new TemporaryFolder();
        var matrix = new double[rows % 5, columns % 7];
        for (var i = 0; i < matrix.GetLength(0); i++)
        {
            for (var j = 0; j < matrix.GetLength(1); j++)
                matrix[i, j] = i * 100 + j;
        }

        var arrays = new Dictionary<string, Array>
        {
            ["f"] = floats,
            ["d"] = doubles,
            ["l"] = longs,
            ["i"] = new[] { int.MinValue, 3 },
            ["m"] = matrix,
        };
        Safetensors.Write(folder["x.safetensors"], arrays, new Dictionary<string, string> { ["step"] = "12" });
        var (read, metadata) = Safetensors.Read(folder["x.safetensors"]);
        Assert.Equal(arrays.Keys, read.Keys);
        Assert.All(arrays, a => Assert.Equal(a.Value, read[a.Key]));
        Assert.Equal("12", metadata["step"]);
    }

    // The layout that huggingface/safetensors documents, by hand: length, header padded with spaces, numbers.
    [Fact]
    public void The_layout_is_the_formats()
    {
        using var folder = new TemporaryFolder();
        var file = folder["x.safetensors"];
        Safetensors.Write(
            file,
            new Dictionary<string, Array>
            {
                ["a"] = new[,]
                {
                    { 1f },
                    { 2f },
                },
            }
        );
        var header = """{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}""";
        Assert.Equal(0, header.Length % 8);
        Assert.Equal(
            [.. BitConverter.GetBytes((ulong)header.Length), .. Encoding.ASCII.GetBytes(header), 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40],
            File.ReadAllBytes(file)
        );
    }

    [Fact]
    public void A_truncated_file_is_damaged()
    {
        using var folder = new TemporaryFolder();
        var file = folder["x.safetensors"];
        Safetensors.Write(file, new Dictionary<string, Array> { ["a"] = new double[10] });
        var bytes = File.ReadAllBytes(file);
        foreach (var length in new[] { 0, 5, 30, bytes.Length - 1 })
        {
            File.WriteAllBytes(file, bytes[..length]);
            Assert.Contains("damaged", Assert.Throws<InvalidDataException>(() => Safetensors.Read(file)).Message);
        }
    }
}
