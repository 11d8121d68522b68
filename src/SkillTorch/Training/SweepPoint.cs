using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SkillTorch.Training;

/// <summary>
/// Values of swept keys (JSON paths), in the experiment's order: numbers as double, else string or bool. Points with the same
/// keys and values are equal.
/// </summary>
[CollectionBuilder(typeof(SweepPoint), nameof(Create))]
public sealed class SweepPoint : IReadOnlyList<KeyValuePair<string, object>>, IEquatable<SweepPoint>
{
    private readonly KeyValuePair<string, object>[] values;

    private SweepPoint(KeyValuePair<string, object>[] values) => this.values = values;

    /// <inheritdoc/>
    public int Count => values.Length;

    /// <inheritdoc/>
    public KeyValuePair<string, object> this[int index] => values[index];

    /// <summary>A point; numbers of any type are kept as double.</summary>
    /// <param name="values">Keys and values.</param>
    public static SweepPoint Create(ReadOnlySpan<KeyValuePair<string, object>> values) =>
        new([.. values.ToArray().Select(pair => KeyValuePair.Create(pair.Key, Plain(pair.Value)))]);

    /// <summary>A value from JSON.</summary>
    /// <param name="value">A number, text or truth; anything else is kept as its JSON.</param>
    public static object FromJson(JsonNode? value) =>
        value?.GetValueKind() switch
        {
            JsonValueKind.Number => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture),
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => value?.ToJsonString() ?? "null",
        };

    /// <summary>The value of a key; null if it is not swept.</summary>
    public object? Find(string key) => Array.Find(values, pair => pair.Key == key).Value;

    /// <summary>Whether a key is swept.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>The value of a key as a number; NaN if it is none, or is not swept.</summary>
    public double Number(string key) => Find(key) is { } value ? Number(value) : double.NaN;

    /// <summary>A value as a number; NaN if it is none.</summary>
    public static double Number(object value) =>
        Plain(value) switch
        {
            double number => number,
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => double.NaN,
        };

    /// <summary>A value as text, as in an experiment file.</summary>
    public static string Text(object value) =>
        value switch
        {
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };

    /// <summary>Whether the point has the given numbers at the given keys; see <see cref="AreEqual"/>.</summary>
    public bool Matches(IReadOnlyDictionary<string, double> at) => at.All(a => AreEqual(Number(a.Key), a.Value));

    /// <summary>Whether a swept number is the given one, to a relative accuracy of 1e-9.</summary>
    internal static bool AreEqual(double swept, double given) => Math.Abs(swept - given) <= 1e-9 * Math.Abs(given);

    /// <summary>Whether two points agree on every key that both have.</summary>
    public bool IsCompatibleWith(SweepPoint other) => values.All(pair => other.Find(pair.Key) is not { } value || value.Equals(pair.Value));

    /// <summary>The point without some of its keys.</summary>
    public SweepPoint Without(Func<string, bool> drop) => new(Array.FindAll(values, pair => !drop(pair.Key)));

    /// <inheritdoc/>
    public bool Equals(SweepPoint? other) => other is not null && values.AsSpan().SequenceEqual(other.values);

    /// <inheritdoc/>
    public override bool Equals(object? other) => Equals(other as SweepPoint);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (key, value) in values)
        {
            hash.Add(key);
            hash.Add(value);
        }
        return hash.ToHashCode();
    }

    /// <summary>The point in words, e.g. <c>optimizer.learningRate = 0.01, model.width = 4</c>.</summary>
    public override string ToString() => string.Join(", ", values.Select(pair => $"{pair.Key} = {Text(pair.Value)}"));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object>>)values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // 1 and 1.0, however boxed, are the same value.
    private static object Plain(object value) =>
        value is IConvertible and not (string or bool or double or Enum) ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : value;
}
