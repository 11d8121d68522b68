namespace SkillTorch.Training;

/// <summary>
/// A place within an experiment. Equal places are the same case, sweep value and replicate, so that values group by them.
/// </summary>
/// <param name="Case">Label of the case; empty for what spans cases.</param>
/// <param name="Sweep">Values of the swept keys; a key that something spans is absent.</param>
/// <param name="Replicate">Replicate number, from 1; null for what spans replicates.</param>
public readonly record struct Place(string Case, SweepPoint Sweep, int? Replicate)
{
    /// <summary>The same case and sweep value, for what spans replicates.</summary>
    public Place OverReplicates => this with { Replicate = null };

    /// <summary>The place in words, e.g. <c>five skills, model.width = 4, replicate 2</c>.</summary>
    public override string ToString() =>
        string.Join(", ", new[] { Case, $"{Sweep}", Replicate is null ? "" : $"replicate {Replicate}" }.Where(part => part != ""));
}

/// <summary>What has its place within an experiment: a trial, a fit, a prediction, a value.</summary>
/// <param name="Place">Its case, sweep value and replicate.</param>
public abstract record Placed(Place Place)
{
    /// <summary>Label of its case; empty if it spans cases.</summary>
    public string Case
    {
        get => Place.Case;
        init => Place = Place with { Case = value };
    }

    /// <summary>Its values of the swept keys (JSON paths), in the experiment's order.</summary>
    public SweepPoint Sweep
    {
        get => Place.Sweep;
        init => Place = Place with { Sweep = value };
    }

    /// <summary>Its replicate's number, from 1; null if it spans replicates.</summary>
    public int? Replicate
    {
        get => Place.Replicate;
        init => Place = Place with { Replicate = value };
    }

    /// <summary>The swept keys of several, in order of first appearance.</summary>
    /// <param name="several">Trials, fits or values.</param>
    public static IReadOnlyList<string> SweepKeys(IEnumerable<Placed> several) =>
        [.. several.SelectMany(one => one.Sweep.Select(pair => pair.Key)).Distinct()];
}
