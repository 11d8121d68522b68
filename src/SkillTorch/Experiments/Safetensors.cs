using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using SkillTorch.Reporting;

namespace SkillTorch.Experiments;

/// <summary>
/// Named arrays in one file, in the safetensors format: 8 bytes header length, a JSON header, then the raw
/// little-endian numbers. PyTorch and JAX read the same files.
/// </summary>
internal static class Safetensors
{
    private const string MetadataKey = "__metadata__";
    private const int Alignment = 8;

    private static readonly (string Code, Type Type, int Size)[] Types =
    [
        ("F32", typeof(float), 4),
        ("F64", typeof(double), 8),
        ("I32", typeof(int), 4),
        ("I64", typeof(long), 8),
    ];

    /// <summary>Writes arrays; the file appears complete or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="arrays">Arrays of float, double, int or long, of any rank, by name.</param>
    /// <param name="metadata">Texts that the header carries.</param>
    /// <exception cref="ArgumentException">An array has elements of another type.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Array> arrays, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var header = new JsonObject();
        if (metadata is { Count: > 0 })
            header[MetadataKey] = new JsonObject(metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));
        var end = 0L;
        foreach (var (name, array) in arrays)
        {
            var (code, _, size) = Types.FirstOrDefault(t => t.Type == array.GetType().GetElementType());
            if (code is null)
            {
                throw new ArgumentException(
                    $"Got {array.GetType().Name} for the array `{name}`; expected float, double, int or long elements.",
                    nameof(arrays)
                );
            }

            var begin = end;
            end += array.LongLength * size;
            header[name] = new JsonObject
            {
                ["dtype"] = code,
                ["shape"] = new JsonArray([.. Enumerable.Range(0, array.Rank).Select(d => (JsonNode)array.GetLength(d))]),
                ["data_offsets"] = new JsonArray(begin, end),
            };
        }

        var text = JsonSerializer.SerializeToUtf8Bytes(header);
        var padded = (text.Length + Alignment - 1) / Alignment * Alignment;
        AtomicFile.Write(
            path,
            stream =>
            {
                Span<byte> length = stackalloc byte[sizeof(ulong)];
                BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
                stream.Write(length);
                stream.Write(text);
                stream.Write(Enumerable.Repeat((byte)' ', padded - text.Length).ToArray());
                foreach (var array in arrays.Values)
                    stream.Write(Bytes(array));
            }
        );
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The arrays in their shapes, and the header's texts.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, or holds a type other than float, double, int and long.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static (IReadOnlyDictionary<string, Array> Arrays, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        try
        {
            var headerLength = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            var header = (JsonObject)JsonNode.Parse(bytes.AsSpan(sizeof(ulong), headerLength))!;
            var data = bytes.AsSpan(sizeof(ulong) + headerLength);
            var arrays = new Dictionary<string, Array>();
            foreach (var (name, entry) in header.Where(e => e.Key != MetadataKey))
                arrays[name] = ReadArray((JsonObject)entry!, data);
            var metadata = (header[MetadataKey] as JsonObject ?? []).ToDictionary(m => m.Key, m => m.Value!.GetValue<string>());
            return (arrays, metadata);
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or ArgumentException
                        or InvalidCastException
                        or OverflowException
                        or NullReferenceException
                        or InvalidOperationException
            )
        {
            throw new InvalidDataException($"Got a damaged file `{path}`; expected arrays in the safetensors format.", e);
        }
    }

    private static Array ReadArray(JsonObject entry, Span<byte> data)
    {
        var (_, type, size) = Types.First(t => t.Code == (string)entry["dtype"]!);
        var shape = entry["shape"]!.AsArray().Select(d => (int)d!).ToArray();
        var (begin, end) = ((int)entry["data_offsets"]![0]!, (int)entry["data_offsets"]![1]!);
        // A scalar has an empty shape; .NET has no array of rank 0, so it reads as one element.
        var array = Array.CreateInstance(type, shape.Length == 0 ? [1] : shape);
        if (end - begin != array.Length * size)
            throw new ArgumentException("The array's offsets do not fit its shape.");
        data[begin..end].CopyTo(Bytes(array));
        return array;
    }

    private static Span<byte> Bytes(Array array) =>
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(array), Buffer.ByteLength(array));
}
