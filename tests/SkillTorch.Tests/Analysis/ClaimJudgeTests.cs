using FsCheck.Xunit;
using SkillTorch.Analysis;
using SkillTorch.Training;

namespace SkillTorch.Tests.Analysis;

public sealed class ClaimJudgeTests
{
    private const double Undefined = double.NaN;
    private const double Never = double.PositiveInfinity;

    private static readonly ClaimOptions Claim = new()
    {
        Id = "P1",
        Statement = "It grows.",
        Quantity = "q",
        Within = [1, 3],
    };

    private static readonly AnalysisPlan Plan = new(["a"], ["d"], [], 3) { Analyses = ["q"] };

    private static ClaimVerdict Judge(ClaimOptions claim, params AnalysisValue[] values) =>
        ClaimJudge.Judge([claim], values, "quick").Single();

    private static AnalysisValue[] Values(params double[] values) =>
        [.. values.Select((v, i) => new AnalysisValue(new Place("a", [], i + 1), "q", v))];

    [Theory]
    [InlineData(new[] { 1.0, 2, 9 }, Aggregate.Median, Verdict.Holds, 2.0)]
    [InlineData(new[] { 1.0, 2, 9 }, Aggregate.Mean, Verdict.Fails, 4.0)]
    [InlineData(new[] { 1.0, 2, 9 }, Aggregate.Min, Verdict.Holds, 1.0)]
    [InlineData(new[] { 1.0, 2, 9 }, Aggregate.Max, Verdict.Fails, 9.0)]
    [InlineData(new[] { 3.0 }, Aggregate.Median, Verdict.Holds, 3.0)]
    [InlineData(new[] { 2.0, 2, Never }, Aggregate.Median, Verdict.Holds, 2.0)]
    [InlineData(new[] { 2.0, Never, Never }, Aggregate.Median, Verdict.Fails, null)]
    [InlineData(new[] { 2.0, 2, Undefined }, Aggregate.Median, Verdict.Holds, 2.0)]
    [InlineData(new[] { 5.0, 5, Undefined }, Aggregate.Median, Verdict.Fails, 5.0)]
    [InlineData(new[] { 2.0, 5, Undefined }, Aggregate.Median, Verdict.NotMeasured, 3.5)]
    [InlineData(new[] { 2.0, Undefined }, Aggregate.Mean, Verdict.NotMeasured, 2.0)]
    [InlineData(new[] { 0.5, Undefined }, Aggregate.Min, Verdict.Fails, 0.5)]
    [InlineData(new[] { 2.0, Undefined }, Aggregate.Max, Verdict.NotMeasured, 2.0)]
    [InlineData(new[] { Undefined, Undefined }, Aggregate.Median, Verdict.NotMeasured, null)]
    [InlineData(new double[0], Aggregate.Median, Verdict.NotMeasured, null)]
    public void A_claim_is_judged_by_the_aggregate_of_its_values(double[] values, Aggregate aggregate, Verdict verdict, double? value)
    {
        var judged = Judge(Claim with { Aggregate = aggregate }, Values(values));
        Assert.Equal((verdict, value), (judged.Verdict, judged.Value));
        Assert.Equal(
            ("P1", "It grows.", "q", 1.0, 3.0, "quick"),
            (judged.Id, judged.Statement, judged.Quantity, judged.Low!.Value, judged.High!.Value, judged.Profile)
        );
        Assert.Equal(values.Length > 0 && !values.Any(double.IsNaN) && value is not null, judged.Note is null);
    }

    [Theory]
    [InlineData(null, 3.0, -100.0, Verdict.Holds)]
    [InlineData(null, 3.0, 4.0, Verdict.Fails)]
    [InlineData(1.0, null, 100.0, Verdict.Holds)]
    [InlineData(1.0, null, 0.0, Verdict.Fails)]
    [InlineData(1.0, null, Never, Verdict.Fails)]
    [InlineData(null, 3.0, -Never, Verdict.Fails)]
    public void An_end_may_be_open_but_not_to_infinity(double? low, double? high, double value, Verdict verdict) =>
        Assert.Equal(verdict, Judge(Claim with { Within = [low, high] }, Values(value)).Verdict);

    [Fact]
    public void Case_sweep_and_skill_select()
    {
        AnalysisValue Value(string name, string label, double d, int? skill, double value) =>
            new(new Place(label, [new("d", d)], 1), name, value) { Skill = skill };
        AnalysisValue[] values =
        [
            Value("q", "a", 0.1, 1, 1.25),
            Value("q", "a", 0.1, 2, 1.5),
            Value("q", "a", 0.2, 2, 1.75),
            Value("q", "b", 0.1, 2, 2),
            Value("r", "a", 0.1, 2, 99),
        ];
        var at = new Dictionary<string, double> { ["d"] = 0.1 };
        Assert.Equal(1.5, Judge(Claim with { Case = "a", Skill = 2, At = at }, values).Value);
        Assert.Equal(1.75, Judge(Claim with { Skill = 2, At = at }, values).Value);
        Assert.Equal(1.375, Judge(Claim with { Case = "a", At = at }, values).Value);
        Assert.Equal(1.625, Judge(Claim with { Case = "a", Skill = 2 }, values).Value);
        var none = Judge(Claim with { Case = "c", Skill = 3, At = at }, values);
        Assert.Equal("The run has no values of q in case c for skill 3 at d = 0.1.", none.Note);
    }

    [Fact]
    public void A_verdict_says_why_there_is_no_number()
    {
        Assert.Contains("not reached", Judge(Claim, Values(Never)).Note);
        Assert.Equal("1 of 3 values are undefined, and the verdict hangs on them.", Judge(Claim, Values(2, 5, Undefined)).Note);
    }

    [Property]
    public bool A_verdict_in_spite_of_undefined_values_is_the_verdict_wherever_they_lie(int[] known, int[] hidden, Aggregate aggregate)
    {
        double[] defined = [.. known.Select(v => v / 4.0)];
        var verdict = Judge(Claim with { Aggregate = aggregate }, Values([.. defined, .. hidden.Select(_ => Undefined)])).Verdict;
        var revealed = Judge(Claim with { Aggregate = aggregate }, Values([.. defined, .. hidden.Select(v => v / 4.0)])).Verdict;
        return verdict == Verdict.NotMeasured || verdict == revealed;
    }

    public static TheoryData<string, ClaimOptions> Bad() =>
        new()
        {
            { "quantity", Claim with { Quantity = "r" } },
            { "case", Claim with { Case = "b" } },
            { "at", Claim with { At = new Dictionary<string, double> { ["e"] = 1 } } },
            { "skill", Claim with { Skill = 0 } },
            { "skill", Claim with { Skill = 4 } },
            { "within", Claim with { Within = [1] } },
            { "within", Claim with { Within = [null, null] } },
            { "within", Claim with { Within = [3, 1] } },
        };

    [Theory, MemberData(nameof(Bad))]
    public void A_bad_claim_is_named_before_training(string option, ClaimOptions claim) =>
        Assert.Equal($"claims.P1.{option}", Assert.Throws<InvalidOptionException>(() => claim.Validate(Plan)).Path);

    [Fact]
    public void Claims_have_names_of_their_own()
    {
        var setting = new SettingOptions { Name = "q", Path = "training.steps" };
        Assert.Equal(
            "claims.P1.id",
            Assert.Throws<InvalidOptionException>(() => AnalysisRunner.Validate([setting], [Claim, Claim], Plan)).Path
        );
    }
}
