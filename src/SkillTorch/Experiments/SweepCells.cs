using SkillTorch.Reporting;

namespace SkillTorch.Experiments;

/// <summary>The columns of swept keys in a run's tables.</summary>
internal static class SweepCells
{
    /// <summary>Writes the values of given keys; a key that a row spans has an empty cell.</summary>
    public static void Write(CsvWriter writer, IReadOnlyList<KeyValuePair<string, object>> sweep, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            switch (sweep.FirstOrDefault(s => s.Key == key).Value)
            {
                case null: // a quantity that spans the key: an empty cell, which leaves a column of numbers one
                    writer.Write(double.NaN);
                    break;
                case double number:
                    writer.Write(number);
                    break;
                case bool truth:
                    writer.Write(truth ? "true" : "false");
                    break;
                case var text:
                    writer.Write(text.ToString());
                    break;
            }
        }
    }
}
