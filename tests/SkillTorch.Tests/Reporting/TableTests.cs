using FsCheck.Fluent;
using FsCheck.Xunit;
using SkillTorch.Reporting;

namespace SkillTorch.Tests.Reporting;

public sealed class TableTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Small_table_is_written_as_it_stands_here()
    {
        new Table(
            new TextColumn("case", "p2 = 0.1", "a, \"b\"", "1", "", "two\nlines"),
            new IntegerColumn("step", 1, -2, long.MaxValue, 0, 5),
            new NumberColumn("loss", 0.1, double.NaN, 1e-300, double.NegativeInfinity, 3)
        ).Write(folder["t.csv"]);

        Assert.Equal(
            "case,step,loss\np2 = 0.1,1,0.1\n\"a, "
                + "\"\"b\"\"\",-2,\n\"1\",9223372036854775807,1E-300\n\"\",0,-Infinity\n\"two\nlines\",5,3\n",
            File.ReadAllText(folder["t.csv"])
        );
    }

    [Property(MaxTest = 100)]
    public void Numbers_come_back_with_the_same_bits(double[] values)
    {
        new Table(new NumberColumn("x", values), new IntegerColumn("row", values.Select((_, i) => (long)i))).Write(folder["t.csv"]);
        var read = Table.Read(folder["t.csv"]).Numbers("x");
        Assert.Equal(
            values.Select(value => double.IsNaN(value) ? double.NaN : value).Select(BitConverter.DoubleToInt64Bits),
            read.Select(BitConverter.DoubleToInt64Bits)
        );
    }

    [Property(MaxTest = 100)]
    public void Texts_and_integers_come_back(string?[] texts, long[] integers)
    {
        // A lone surrogate has no UTF-8 form.
        var clean = texts
            .Select(text => new string((text ?? "").Where(letter => !char.IsSurrogate(letter)).ToArray()))
            .Append("x")
            .ToArray();
        var numbers = clean.Select((_, i) => integers.Length == 0 ? i : integers[i % integers.Length]).ToArray();
        new Table(new TextColumn("a,\"b\"", clean), new IntegerColumn("n", numbers)).Write(folder["t.csv"]);
        var read = Table.Read(folder["t.csv"]);
        Assert.Equal(clean, read.Texts("a,\"b\""));
        Assert.Equal(numbers, read.Integers("n"));
        Assert.IsType<IntegerColumn>(read["n"]);
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("\"\"")]
    [InlineData("a\r\nb")]
    [InlineData(" padded ")]
    [InlineData("1e5")]
    [InlineData("NaN")]
    [InlineData("inf")]
    [InlineData("η = 3·10⁻⁴ 😀")]
    public void Awkward_texts_come_back(string text)
    {
        new Table(new TextColumn("a", text), new TextColumn("b", text)).Write(folder["t.csv"]);
        Assert.Equal([text], Table.Read(folder["t.csv"]).Texts("b"));
    }

    [Fact]
    public void Rows_longer_than_a_block_come_back()
    {
        var texts = Enumerable.Range(0, 40).Select(i => new string('"', 5000 * i) + i).ToArray();
        new Table(new TextColumn("a", texts), new IntegerColumn("n", Enumerable.Range(0, 40).Select(i => (long)i))).Write(folder["t.csv"]);
        Assert.Equal(texts, Table.Read(folder["t.csv"]).Texts("a"));
    }

    [Fact]
    public void Alone_in_a_row_a_missing_number_is_no_empty_text()
    {
        new Table(new NumberColumn("x", 1, double.NaN)).Write(folder["number.csv"]);
        new Table(new TextColumn("x", "1", "")).Write(folder["text.csv"]);
        Assert.Equal([1, double.NaN], Assert.IsType<NumberColumn>(Table.Read(folder["number.csv"])["x"]).Values.ToArray());
        Assert.Equal(["1", ""], Assert.IsType<TextColumn>(Table.Read(folder["text.csv"])["x"]).Values.ToArray());
    }

    [Fact]
    public void Foreign_spelling_is_read()
    {
        File.WriteAllText(
            folder["t.csv"],
            "\uFEFFstep,loss,name,late\r\n1,0.5,a,01\r\n2,NA,b,2\r\n\r\n3,inf,,x",
            new System.Text.UTF8Encoding(false)
        );
        var table = Table.Read(folder["t.csv"]);
        Assert.Equal([1L, 2, 3], table.Integers("step"));
        Assert.Equal([0.5, double.NaN, double.PositiveInfinity], table.Numbers("loss"));
        Assert.Equal(["a", "b", ""], table.Texts("name"));
        Assert.Equal(["01", "2", "x"], table.Texts("late"));
    }

    [Theory]
    [InlineData("a,b\n1,2\n3\n", "Got 1 cells in row 2 of `t.csv`; expected 2: a, b.")]
    [InlineData("", "`t.csv` is empty; expected a line with the names of its columns.")]
    [InlineData("a,a\n1,2\n", "Got the column `a` twice in `t.csv`; expected distinct names.")]
    [InlineData("a\n\"x\n", "Got a quote that is not closed in row 1 of `t.csv`; expected a second quote before the end of the file.")]
    public void Bad_files_are_refused_in_a_sentence(string text, string sentence)
    {
        File.WriteAllText(folder["t.csv"], text);
        var error = Assert.Throws<InvalidDataException>(() => Table.Read(folder["t.csv"]));
        Assert.Equal(sentence, error.Message.Replace(folder["t.csv"], "t.csv"));
    }

    [Fact]
    public void Wrong_columns_are_named()
    {
        var table = new Table(new NumberColumn("strength", 0.5), new TextColumn("case", "a"));
        Assert.Equal(
            "Got the column `strenght`; expected one of strength, case. Did you mean `strength`?",
            Assert.Throws<InvalidDataException>(() => table.Numbers("strenght")).Message
        );
        Assert.Equal(
            "Got `a` in row 1 of the column `case`; expected a number.",
            Assert.Throws<InvalidDataException>(() => table.Numbers("case")).Message
        );
        Assert.Equal(
            "Got `0.5` in row 1 of the column `strength`; expected an integer.",
            Assert.Throws<InvalidDataException>(() => table.Integers("strength")).Message
        );
    }

    [Fact]
    public void Columns_of_different_length_are_refused_and_leave_no_file()
    {
        var table = new Table(new NumberColumn("x", 1, 2), new NumberColumn("y", 1));
        Assert.Equal(
            "Got 1 cells in the column `y`; expected 2, as in `x`.",
            Assert.Throws<InvalidOperationException>(() => table.Write(folder["t.csv"])).Message
        );
        Assert.Empty(folder.Files);
    }
}
