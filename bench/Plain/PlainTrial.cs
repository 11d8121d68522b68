using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace SkillTorch.Benchmarks.Plain;

/// <summary>One network, or one Geometry model, and what a step of its training is.</summary>
internal abstract class PlainTrial : IDisposable
{
    /// <summary>Draws data, computes loss and gradient, updates the parameters, and measures where it is time.</summary>
    public abstract void Step();

    public abstract void Dispose();

    /// <summary>Makes the trial of resolved settings, as of <c>TrialHash.ToJson</c>.</summary>
    /// <param name="trial">The settings.</param>
    /// <param name="updateOnly">Whether a step is the optimizer's update alone.</param>
    /// <param name="device">Where it trains.</param>
    /// <exception cref="NotSupportedException">There is no twin of these settings.</exception>
    public static PlainTrial Create(JsonObject trial, bool updateOnly, Device device)
    {
        var model = (string?)trial["model"]!["kind"];
        if (trial["optimizer"] is null || (model != "geometry" && (updateOnly || (string?)trial["task"]!["kind"] == "abstract-skills")))
            throw Unknown("model", model);
        return model != "geometry" ? new PlainNetwork(trial, device)
            : updateOnly ? new PlainUpdate(trial, device)
            : new PlainGeometry(trial, device);
    }

    /// <summary>Steps between measurements; null where none is.</summary>
    protected static int? EveryOf(JsonObject trial) =>
        trial["measure"]!["at"] is null && trial["measure"]!["logPoints"] is null ? (int)trial["measure"]!["every"]! : null;

    public static NotSupportedException Unknown(string path, object? value) => new($"the plain program has no twin of {path} {value}");
}

/// <summary>The optimizer's update alone, of one vector.</summary>
internal sealed class PlainUpdate : PlainTrial
{
    private readonly Descent descent;

    public PlainUpdate(JsonObject trial, Device device)
    {
        var x = new TorchSharp.Modules.Parameter(randn((int)trial["model"]!["dimensions"]!, device: device));
        x.grad = randn_like(x);
        descent = Descent.Create(trial["optimizer"]!, [x]);
    }

    public override void Step() => descent.Step();

    public override void Dispose() { }
}
