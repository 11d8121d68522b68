using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using SkillTorch.Reporting;

namespace SkillTorch.Tests.Reporting;

public sealed class TensorBoardTests
{
    // "123456789" has the CRC-32C e3069283 (RFC 3720's check value), here under TensorFlow's mask.
    [Fact]
    public void Checksum_is_the_masked_crc32c() =>
        Assert.Equal(unchecked(((0xe3069283u >> 15) | (0xe3069283u << 17)) + 0xa282ead8u), TensorBoardWriter.MaskedCrc("123456789"u8));

    [Fact]
    public void What_is_written_is_read_back()
    {
        using var folder = new TemporaryFolder();
        var metrics = new Table(
            new IntegerColumn("step", 10, 10, 20),
            new IntegerColumn("skill", 1, 2, 1),
            new NumberColumn("frequency", 0.7, 0.3, 0.7),
            new NumberColumn("loss", 0.25, 1e-9, double.NaN),
            new NumberColumn("strength", 0.5, -1, 1)
        );
        TensorBoardWriter.WriteTrial(metrics, folder["log"]);

        var events = Read(File.ReadAllBytes(Directory.GetFiles(folder["log"]).Single()));
        Assert.Equal("brain.Event:2", events[0].Tag);
        Assert.Equal(
            [
                ("loss/skill 1", 10, 0.25f),
                ("strength/skill 1", 10, 0.5f),
                ("loss/skill 2", 10, 1e-9f),
                ("strength/skill 2", 10, -1f),
                ("strength/skill 1", 20, 1f),
            ],
            events.Skip(1)
        );
        Assert.Matches(@"^events\.out\.tfevents\.\d{10}\.", Path.GetFileName(Directory.GetFiles(folder["log"]).Single()));
    }

    [Fact]
    public void An_events_file_goes_on_with_later_steps()
    {
        using var folder = new TemporaryFolder();
        Table Metrics(params long[] steps) =>
            new(
                new IntegerColumn("step", steps),
                new IntegerColumn("skill", [.. steps.Select(_ => 1L)]),
                new NumberColumn("loss", [.. steps.Select(s => 1.0 / s)])
            );
        var file = TensorBoardWriter.WriteTrial(Metrics(1, 2), folder["log"]);
        Assert.Equal(file, TensorBoardWriter.WriteTrial(Metrics(1, 2, 4), folder["log"], file, after: 2));
        Assert.Equal(
            [("brain.Event:2", 0, 0), ("loss/skill 1", 1, 1f), ("loss/skill 1", 2, 0.5f), ("loss/skill 1", 4, 0.25f)],
            Read(File.ReadAllBytes(Directory.GetFiles(folder["log"]).Single()))
        );
    }

    // A reader of its own: the framing by hand, the message by protobuf's wire format.
    internal static List<(string Tag, long Step, float Value)> Read(ReadOnlySpan<byte> file)
    {
        var events = new List<(string, long, float)>();
        while (!file.IsEmpty)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
            Assert.Equal(TensorBoardWriter.MaskedCrc(file[..8]), BinaryPrimitives.ReadUInt32LittleEndian(file[8..]));
            var data = file.Slice(12, length);
            Assert.Equal(TensorBoardWriter.MaskedCrc(data), BinaryPrimitives.ReadUInt32LittleEndian(file[(12 + length)..]));
            events.Add(Event(data.ToArray()));
            file = file[(16 + length)..];
        }
        return events;
    }

    private static (string Tag, long Step, float Value) Event(byte[] data)
    {
        var (tag, step, value) = ("", 0L, 0f);
        var input = new CodedInputStream(data);
        while (input.ReadTag() is var field and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(field))
            {
                case 1:
                    Assert.InRange(input.ReadDouble(), 1.7e9, 1e11);
                    break;
                case 2:
                    step = input.ReadInt64();
                    break;
                case 3:
                    tag = Encoding.UTF8.GetString(input.ReadBytes().Span);
                    break;
                case 5:
                    var summary = input.ReadBytes().CreateCodedInput();
                    Assert.Equal(WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited), summary.ReadTag());
                    var scalar = summary.ReadBytes().CreateCodedInput();
                    Assert.Equal(1, WireFormat.GetTagFieldNumber(scalar.ReadTag()));
                    tag = scalar.ReadString();
                    Assert.Equal(WireFormat.MakeTag(2, WireFormat.WireType.Fixed32), scalar.ReadTag());
                    value = scalar.ReadFloat();
                    Assert.True(summary.IsAtEnd && scalar.IsAtEnd);
                    break;
            }
        }
        return (tag, step, value);
    }
}
