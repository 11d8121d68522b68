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

    [Theory]
    [InlineData(1.0, 2.0, Verdict.Holds)]
    [InlineData(0.5, 2.0, Verdict.Uncertain)]
    [InlineData(2.0, Never, Verdict.Uncertain)]
    [InlineData(Undefined, Undefined, Verdict.Holds)]
    public void A_value_with_an_interval_is_judged_by_it(double low, double high, Verdict verdict)
    {
        var judged = Judge(Claim, new AnalysisValue(new Place("a", [], null), "q", 2) { Low = low, High = high });
        Assert.Equal(
            (verdict, 2.0, double.IsNaN(low) ? null : new ConfidenceInterval(low, high)),
            (judged.Verdict, judged.Value!.Value, judged.ValueInterval)
        );
        Assert.Equal(verdict == Verdict.Uncertain, judged.Note is not null);
    }

    [Theory]
    [InlineData(3.5, 9.0, Verdict.Fails)]
    [InlineData(2.5, 9.0, Verdict.Uncertain)]
    public void A_value_outside_fails_if_all_of_its_interval_is_outside(double low, double high, Verdict verdict) =>
        Assert.Equal(verdict, Judge(Claim, new AnalysisValue(new Place("a", [], null), "q", 4) { Low = low, High = high }).Verdict);

    [Fact]
    public void No_interval_fits_into_a_claim_of_one_number()
    {
        var value = new AnalysisValue(new Place("a", [], null), "q", 1) { Low = 0.7, High = 1 };
        Assert.Equal(Verdict.Holds, Judge(Claim with { Within = [1, 1] }, value).Verdict);
        Assert.Equal(Verdict.Uncertain, Judge(Claim with { Within = [0.9, 1] }, value).Verdict);
    }

    [Theory]
    [InlineData(1, 0, Verdict.Holds)]
    [InlineData(0, 1, Verdict.Fails)]
    [InlineData(3, 0, Verdict.Holds)]
    [InlineData(2, 1, Verdict.Uncertain)]
    [InlineData(9, 1, Verdict.Holds)]
    [InlineData(8, 2, Verdict.Uncertain)]
    [InlineData(2, 8, Verdict.Uncertain)]
    [InlineData(1, 9, Verdict.Fails)]
    [InlineData(15, 5, Verdict.Holds)]
    [InlineData(14, 6, Verdict.Uncertain)]
    [InlineData(61, 39, Verdict.Holds)]
    [InlineData(60, 40, Verdict.Uncertain)]
    [InlineData(0, 0, Verdict.NotMeasured, 2)]
    [InlineData(9, 0, Verdict.Holds, 1)]
    [InlineData(8, 0, Verdict.Uncertain, 2)]
    [InlineData(0, 9, Verdict.Fails, 1)]
    public void Seeds_decide_where_they_are_sure_of_the_majority(int hold, int fail, Verdict verdict, int open = 0) =>
        Assert.Equal(verdict, new SeedTally(hold + fail + open, hold, fail, []).Verdict);

    [Fact]
    public void Several_seeds_are_judged_by_their_numbers_and_told_with_their_median()
    {
        // An interval counts at one seed only: several seeds show how far a number scatters.
        double[] numbers = [1, 1, 1.5, 1.5, 2, 2, 2.5, 2.5, 3, Never];
        var seeds = numbers.Select(v =>
            new[]
            {
                new AnalysisValue(new Place("a", [], null), "q", v) { Low = 0, High = 9 },
            }
        );
        var judged = ClaimJudge.JudgeAtSeeds([Claim], [.. seeds], "quick").Single();
        Assert.Equal((Verdict.Holds, 2.0, null), (judged.Verdict, judged.Value!.Value, judged.Note));
        Assert.Equal(new SeedTally(10, 9, 1, [.. numbers.Select(v => double.IsFinite(v) ? v : (double?)null)]), judged.Seeds);
        Assert.Equal(new ConfidenceInterval(1, 3), judged.ValueInterval);
        Assert.Equal((0.555, 0.9975), (Math.Round(judged.Seeds!.Fraction.Low, 4), Math.Round(judged.Seeds.Fraction.High, 4)));
    }

    [Fact]
    public void A_seed_at_which_nothing_is_measured_is_told_of()
    {
        var judged = ClaimJudge.JudgeAtSeeds([Claim], [Values(2), [], Values(2)], null).Single();
        Assert.Equal((Verdict.Uncertain, 2.0), (judged.Verdict, judged.Value!.Value));
        Assert.Equal("Not measured at 1 of 3 seeds: The run has no values of q.", judged.Note);
        Assert.Null(judged.ValueInterval);
    }

    [Fact]
    public void The_published_number_stands_with_the_verdict()
    {
        Assert.Equal(1.5, Judge(Claim with { Published = [1.5] }, Values(2)).Published);
        Assert.Equal(2, Judge(Claim with { Within = null, Near = [2], Tolerance = 1 }, Values(2)).Published);
        Assert.Null(Judge(Claim, Values(2)).Published);
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
            { "published", Claim with { Published = [] } },
            { "published", Claim with { Published = [1, 2] } },
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
