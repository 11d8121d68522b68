using System.Collections;
using System.Globalization;
using System.Text.Json;
using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>A resolved numeric setting of each case and sweep value, e.g. an axis for cases that differ in one setting.</summary>
[Kind("setting")]
public sealed record SettingOptions : AnalysisOptions
{
    /// <summary>JSON path of the setting in the experiment, e.g. <c>training.batchSize</c> or <c>task.frequencies.1</c> (list members from
    /// 0).</summary>
    public required string Path { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<AnalysisValue> Evaluate(RunData run) =>
        run.Trials.DistinctBy(t => t.Place.OverReplicates).Select(t => new AnalysisValue(t.Place.OverReplicates, Name, Read(t.Trial)));

    private double Read(Trial trial)
    {
        object? value = trial;
        foreach (var part in Path.Split('.'))
        {
            // A null setting means "not set" and has no number; nothing below it has one either.
            if (value is null)
                return double.NaN;
            if (value is IList list && int.TryParse(part, CultureInfo.InvariantCulture, out var index))
            {
                Require(index >= 0 && index < list.Count, "path", Path, $"list members from 0 to {list.Count - 1}");
                value = list[index];
                continue;
            }
            var properties = value.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0).ToList();
            var property = properties.Find(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name) == part);
            Require(
                property is not null,
                "path",
                Path,
                Choice("a setting of the experiment", properties.Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)))
            );
            value = property!.GetValue(value);
        }
        if (value is null)
            return double.NaN;
        var number =
            value is Enum ? double.NaN
            : value is bool flag ? (flag ? 1 : 0)
            : SweepPoint.Number(value);
        Require(!double.IsNaN(number), "path", Path, "a setting that is a number");
        return number;
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        foreach (var trial in plan.Trials)
            Read(trial);
    }
}
