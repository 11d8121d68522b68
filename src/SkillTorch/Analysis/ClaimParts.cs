using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>The parts of a claim over lists: each a claim of its own, with one value of every list and an interval.</summary>
internal static class ClaimParts
{
    private const string Case = "case";
    private const string Skill = "skill";
    private const string Near = "near";

    /// <summary>Splits a claim that has passed <see cref="Validate"/>; one that is over nothing is its own only part.</summary>
    public static IEnumerable<ClaimOptions> Split(ClaimOptions claim) => Enumerable.Range(0, Count(claim)).Select(i => Part(claim, i));

    /// <summary>Checks what the parts cannot know: lists of one length, names and values that there are, one interval.</summary>
    /// <exception cref="InvalidOptionException">Something is wrong.</exception>
    public static void Validate(ClaimOptions claim, AnalysisPlan plan)
    {
        var count = Count(claim);
        string[] keys = [Case, Skill, .. plan.SweepKeys];
        foreach (var (key, values) in claim.Over)
        {
            var option = $"over.{key}";
            claim.Require(
                keys.Contains(key),
                "over",
                key,
                AnalysisOptions.Choice("case, skill, or a sweep key", plan.SweepKeys),
                NearestName.Hint(key, keys)
            );
            claim.Require(values.Count > 0, option, "no values", "at least one");
            claim.Require(values.Count == count, option, $"{values.Count} value(s)", $"{count}, as many as for {claim.Over.First().Key}");
            var isFixed =
                key == Case ? claim.Case is not null
                : key == Skill ? claim.Skill is not null
                : claim.At.ContainsKey(key);
            claim.Require(!isFixed, option, "a list", $"none, for the claim names one {key} beside it");
            foreach (var value in values)
                ValidateValue(claim, key, value, plan);
        }
        ValidateInterval(claim, count);
        if (claim.Published is { } published)
            RequireAsMany(claim, "published", published.Count, count);

        string[] names = [.. claim.Over.Keys, .. claim.Near is null ? [] : new[] { Near }];
        foreach (var (option, text) in new[] { ("id", claim.Id), ("statement", claim.Statement) })
        {
            foreach (var name in Template.Names(text))
            {
                claim.Require(
                    names.Contains(name),
                    option,
                    Template.Placeholder(name),
                    AnalysisOptions.Choice("a placeholder for what the claim is over, or for near", names),
                    NearestName.Hint(name, names)
                );
            }
        }
    }

    private static void ValidateInterval(ClaimOptions claim, int count)
    {
        claim.Require(claim.Within is null || claim.Near is null, Near, "both `within` and `near`", "one or the other");
        claim.Require(
            claim.Within is not null || claim.Near is not null,
            "within",
            "nothing",
            "two ends [low, high], null for an open end; or `near` with a tolerance"
        );
        var tolerances = (claim.Tolerance is null ? 0 : 1) + (claim.RelativeTolerance is null ? 0 : 1);
        if (claim.Near is not { } near)
        {
            claim.Require(tolerances == 0, "tolerance", "a tolerance", "none beside `within`");
            return;
        }
        RequireAsMany(claim, Near, near.Count, count);
        claim.Require(
            tolerances == 1,
            "tolerance",
            tolerances == 0 ? "nothing" : "two tolerances",
            "either `tolerance` or `relativeTolerance`"
        );
    }

    private static void RequireAsMany(ClaimOptions claim, string option, int found, int count) =>
        claim.Require(
            found == count,
            option,
            $"{found} number(s)",
            claim.Over.Count == 0 ? "one" : $"{count}, as many as for {claim.Over.First().Key}"
        );

    private static int Count(ClaimOptions claim) => claim.Over.Count == 0 ? 1 : claim.Over.First().Value.Count;

    private static void ValidateValue(ClaimOptions claim, string key, JsonNode? value, AnalysisPlan plan)
    {
        var (found, option) = (OptionText.Found(value), $"over.{key}");
        if (key == Case)
        {
            var label = value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
            claim.Require(
                plan.Cases.Contains(label),
                option,
                found,
                AnalysisOptions.Choice("one of the cases", plan.Cases),
                NearestName.Hint(label, plan.Cases)
            );
            return;
        }
        claim.Require(value?.GetValueKind() == JsonValueKind.Number, option, found, "a number");
        var number = Number(value!);
        if (key == Skill)
        {
            claim.Require(
                number == Math.Round(number) && number >= 1 && number <= plan.Skills,
                option,
                found,
                $"a skill number from 1 to {plan.Skills}"
            );
        }
        else if (plan.SweepValues.TryGetValue(key, out var swept))
        {
            claim.Require(
                swept.Any(v => SweepPoint.AreEqual(SweepPoint.Number(v), number)),
                option,
                found,
                $"a value of the sweep ({string.Join(", ", swept.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)))})"
            );
        }
    }

    private static ClaimOptions Part(ClaimOptions claim, int i)
    {
        var at = new Dictionary<string, double>(claim.At);
        foreach (var (key, values) in claim.Over)
        {
            if (key is not (Case or Skill))
                at[key] = Number(values[i]!);
        }

        var texts = claim.Over.ToDictionary(list => list.Key, list => Text(list.Value[i]!));
        if (claim.Near is { } near)
            texts[Near] = near[i].ToString("R", CultureInfo.InvariantCulture);
        string Fill(string text) => Template.Fill(text, texts.GetValueOrDefault);
        return claim with
        {
            Id = Fill(claim.Id),
            Statement = Fill(claim.Statement),
            Case = claim.Over.TryGetValue(Case, out var cases) ? cases[i]!.GetValue<string>() : claim.Case,
            Skill = claim.Over.TryGetValue(Skill, out var skills) ? (int)Number(skills[i]!) : claim.Skill,
            At = at,
            Over = new Dictionary<string, JsonArray>(),
            Within = claim.Near is null ? claim.Within : Interval(claim.Near[i], claim),
            Published = (claim.Published ?? claim.Near) is { } published ? [published[i]] : null,
            Near = null,
            Tolerance = null,
            RelativeTolerance = null,
        };
    }

    // In 15 digits 0.35 − 0.06 is 0.29; in 17 it is 0.28999999999999998.
    private static double?[] Interval(double near, ClaimOptions claim)
    {
        var reach = claim.Tolerance ?? claim.RelativeTolerance!.Value * Math.Abs(near);
        double Rounded(double end) => double.Parse(end.ToString("G15", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return [Rounded(near - reach), Rounded(near + reach)];
    }

    private static double Number(JsonNode value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    private static string Text(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : Number(value).ToString("R", CultureInfo.InvariantCulture);
}
