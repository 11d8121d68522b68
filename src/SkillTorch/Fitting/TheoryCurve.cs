namespace SkillTorch.Fitting;

/// <summary>A theory's prediction beside the measurements of one case and sweep value.</summary>
/// <param name="Case">Label of the experiment's case.</param>
/// <param name="Sweep">The sweep's keys (JSON paths) and values.</param>
/// <param name="Theory">The theory's label.</param>
/// <param name="Steps">Steps of the prediction; length M.</param>
/// <param name="Strength">Skill strengths [M, K].</param>
/// <param name="Loss">Skill losses [M, K], in the theory's own loss.</param>
public sealed record TheoryCurve(
    string Case,
    IReadOnlyList<KeyValuePair<string, object>> Sweep,
    string Theory,
    int[] Steps,
    double[,] Strength,
    double[,] Loss);
