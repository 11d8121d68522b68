using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;

namespace SkillTorch.Reporting;

/// <summary>
/// Writes scalars as TensorBoard reads them: an events file of records [length, masked CRC of it, event, masked CRC of
/// it], where an event is a protobuf message (wall_time = 1, step = 2, file_version = 3, summary = 5).
/// </summary>
internal sealed class TensorBoardWriter : IDisposable
{
    private readonly FileStream stream;
    private readonly TimeProvider time;

    /// <summary>Begins an events file in a folder, which is created if need be, or goes on with one.</summary>
    /// <param name="folder">The log directory of one trial.</param>
    /// <param name="file">The file to go on with; null begins one.</param>
    /// <param name="time">The clock of the events' wall time; the system's by default.</param>
    /// <exception cref="IOException">The file cannot be written; the message names the path.</exception>
    public TensorBoardWriter(string folder, string? file = null, TimeProvider? time = null)
    {
        this.time = time ?? TimeProvider.System;
        var seconds = this.time.GetUtcNow().ToUnixTimeSeconds().ToString("D10", CultureInfo.InvariantCulture);
        Path = file ?? System.IO.Path.Combine(folder, $"events.out.tfevents.{seconds}.{Environment.MachineName}.{Environment.ProcessId}");
        stream = AtomicFile.Guard(
            Path,
            () =>
            {
                Directory.CreateDirectory(folder);
                return new FileStream(Path, file is null ? FileMode.Create : FileMode.Append, FileAccess.Write, FileShare.Read, 1 << 16);
            }
        );
        if (file is not null)
            return;
        WriteEvent(
            0,
            output =>
            {
                output.WriteTag(3, WireFormat.WireType.LengthDelimited);
                output.WriteString("brain.Event:2");
            }
        );
    }

    /// <summary>The events file.</summary>
    public string Path { get; }

    /// <summary>
    /// Writes a trial's metrics: <c>loss/skill k</c>, <c>strength/skill k</c>, <c>accuracy/skill k</c> and what else was
    /// measured, at each step. A run of several trials has one log directory each.
    /// </summary>
    /// <param name="metrics">The rows of one trial, with the columns of metrics.csv.</param>
    /// <param name="folder">The log directory of the trial.</param>
    /// <param name="file">The events file to go on with; null begins one.</param>
    /// <param name="after">The last step that it has.</param>
    /// <returns>The events file.</returns>
    /// <exception cref="InvalidDataException">The table lacks <c>step</c> or <c>skill</c>.</exception>
    public static string WriteTrial(Table metrics, string folder, string? file = null, long after = -1)
    {
        var (steps, skills) = (metrics.Integers("step"), metrics.Integers("skill"));
        var quantities = metrics
            .Columns.SkipWhile(column => column.Name != "skill")
            .Skip(1)
            .Where(column => column is not TextColumn && column.Name != "frequency")
            .ToArray();
        using var writer = new TensorBoardWriter(folder, file);
        foreach (var row in Enumerable.Range(0, steps.Length).Where(row => steps[row] > after))
        {
            foreach (var quantity in quantities)
            {
                writer.WriteScalar($"{quantity.Name}/skill {skills[row]}", steps[row], quantity.Number(row));
            }
        }
        return writer.Path;
    }

    /// <summary>Writes one value; NaN, which is no measurement, is left out.</summary>
    /// <param name="tag">The name of the curve; what stands before its slash groups curves.</param>
    /// <param name="step">The training step.</param>
    /// <param name="value">The value, which TensorBoard keeps in single precision.</param>
    public void WriteScalar(string tag, long step, double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }
        var size = 1 + CodedOutputStream.ComputeStringSize(tag) + 1 + 4;
        WriteEvent(
            step,
            output =>
            {
                output.WriteTag(5, WireFormat.WireType.LengthDelimited);
                output.WriteLength(1 + CodedOutputStream.ComputeLengthSize(size) + size);
                output.WriteTag(1, WireFormat.WireType.LengthDelimited);
                output.WriteLength(size);
                output.WriteTag(1, WireFormat.WireType.LengthDelimited);
                output.WriteString(tag);
                output.WriteTag(2, WireFormat.WireType.Fixed32);
                output.WriteFloat((float)value);
            }
        );
    }

    /// <summary>Hands what was written to the file, where TensorBoard sees it.</summary>
    public void Flush() => stream.Flush();

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();

    /// <summary>TensorFlow's masked CRC-32C, rotated and shifted, since a CRC of data that holds CRCs is weak.</summary>
    internal static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var letter in data)
        {
            crc = BitOperations.Crc32C(crc, letter);
        }
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }

    private void WriteEvent(long step, Action<CodedOutputStream> content)
    {
        using var memory = new MemoryStream();
        using (var output = new CodedOutputStream(memory, leaveOpen: true))
        {
            output.WriteTag(1, WireFormat.WireType.Fixed64);
            output.WriteDouble((time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
            output.WriteTag(2, WireFormat.WireType.Varint);
            output.WriteInt64(step);
            content(output);
        }
        var data = memory.GetBuffer().AsSpan(0, (int)memory.Length);
        Span<byte> head = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], MaskedCrc(head[..8]));
        Span<byte> tail = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(tail, MaskedCrc(data));
        stream.Write(head);
        stream.Write(data);
        stream.Write(tail);
    }
}
