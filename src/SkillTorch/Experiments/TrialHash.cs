using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>
/// Names a trial by its settings: SHA-256 of the canonical JSON (keys sorted, every default spelt out, shortest
/// round-trip numbers), so that equal trials share a name whatever file, case or sweep they come from; and, where libtorch
/// computes, by its version and the kind of device, on which the last bits depend.
/// </summary>
public static class TrialHash
{
    /// <summary>
    /// Part of every hash. Raised when the same settings come to mean other numbers, so that results of older
    /// versions are not taken for today's.
    /// </summary>
    public const int FormatVersion = 1;

    private const int HashCharacters = 32;

    /// <summary>The settings as canonical JSON.</summary>
    /// <param name="trial">The trial.</param>
    public static JsonObject ToJson(Trial trial) => (JsonObject)Sorted(Settings(trial, _ => true, trial.Seed))!;

    /// <summary>The trial's name in the store.</summary>
    /// <param name="trial">The trial.</param>
    /// <returns>32 hexadecimal digits.</returns>
    public static string From(Trial trial) => From(ToJson(trial));

    /// <summary>
    /// The name of a trial whose bits also depend on what computes them. Toy dynamics compute without libtorch: their name is that of
    /// their settings.
    /// </summary>
    /// <param name="hash">Hash of the trial's settings.</param>
    /// <param name="arithmetic">What computes, e.g. <c>libtorch 2.10.0, cpu</c>.</param>
    internal static string WithArithmetic(string hash, string arithmetic) => Digest($"{hash} {arithmetic}");

    /// <summary>The hash of settings in canonical or any other key order.</summary>
    /// <param name="settings">Settings as of <see cref="ToJson"/>.</param>
    internal static string From(JsonObject settings) => Digest(Sorted(settings)!.ToJsonString());

    /// <summary>Equal for trials that can train as one stack: all settings but the seed and <see cref="StackableAttribute"/>
    /// options.</summary>
    /// <param name="trial">The trial.</param>
    public static string StackKey(Trial trial) => From(Settings(trial, p => !p.Stackable, null));

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashCharacters];

    private static JsonObject Settings(Trial trial, Func<OptionProperty, bool> include, ulong? seed) =>
        new()
        {
            ["format"] = FormatVersion,
            ["task"] = OptionsWriter.Write(trial.Task, include, typeof(TaskOptions)),
            ["model"] = OptionsWriter.Write(trial.Model, include, typeof(ModelOptions)),
            ["optimizer"] = OptionsWriter.Write(trial.Optimizer, include, typeof(OptimizerOptions)),
            ["training"] = OptionsWriter.Write(trial.Training, include),
            ["measure"] = OptionsWriter.Write(trial.Measure, include),
            ["seed"] = seed,
        };

    private static JsonNode? Sorted(JsonNode? node) =>
        node switch
        {
            JsonObject section => new JsonObject(
                section.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))
            ),
            JsonArray list => new JsonArray([.. list.Select(Sorted)]),
            _ => node?.DeepClone(),
        };
}
