namespace SkillTorch.Analysis;

/// <summary>Evaluates the analyses of an experiment in order.</summary>
public static class AnalysisRunner
{
    /// <summary>Computes all analyses; each sees the values of those before it.</summary>
    /// <param name="analyses">The experiment's analyses.</param>
    /// <param name="run">Measurements, fits and theory curves of all cases.</param>
    /// <returns>All values, in the analyses' order.</returns>
    /// <exception cref="InvalidOptionException">An option names something that the run does not have.</exception>
    public static IReadOnlyList<AnalysisValue> Evaluate(IReadOnlyList<AnalysisOptions> analyses, RunData run)
    {
        var values = new List<AnalysisValue>();
        foreach (var analysis in analyses)
        {
            bool Included(string label) => analysis.Cases?.Contains(label) ?? true;
            var restricted = new RunData([.. run.Trials.Where(t => Included(t.Case))], [.. run.Fits.Where(f => Included(f.Case))])
            {
                Theories = [.. run.Theories.Where(t => Included(t.Case))],
                Values = values,
            };
            // Completed before it is appended: an analysis never sees values of its own.
            values.AddRange(analysis.Evaluate(restricted).ToList());
        }
        return values;
    }

    /// <summary>Checks analyses and claims before anything is trained.</summary>
    /// <param name="analyses">The experiment's analyses.</param>
    /// <param name="claims">The experiment's claims.</param>
    /// <param name="plan">What the experiment will have.</param>
    /// <exception cref="InvalidOptionException">An option is out of range or names something that the experiment does not have.</exception>
    public static void Validate(IReadOnlyList<AnalysisOptions> analyses, IReadOnlyList<ClaimOptions> claims, AnalysisPlan plan)
    {
        var names = new List<string>();
        foreach (var analysis in analyses)
        {
            analysis.Require(!names.Contains(analysis.Name), "name", analysis.Name, "a name that no analysis before it has");
            analysis.Validate(plan with { Analyses = names });
            names.Add(analysis.Name);
        }
        foreach (var claim in claims)
            claim.Validate(plan with { Analyses = names });
        var repeated = claims
            .SelectMany(claim => ClaimParts.Split(claim), (claim, part) => (Claim: claim, part.Id))
            .GroupBy(named => named.Id)
            .FirstOrDefault(group => group.Count() > 1);
        if (repeated?.Last().Claim is not { } last)
            return;
        var part = last.Over.Count == 0 ? "part" : Template.Placeholder(last.Over.First().Key);
        last.Require(false, "id", repeated.Key, $"a name of its own, e.g. {last.Id}.{part}");
    }
}
