using System.Text.Json.Nodes;
using SkillTorch.Analysis;
using SkillTorch.Training;

namespace SkillTorch.Tests.Analysis;

/// <summary>One claim over lists is several: each with an id, a statement, an interval and a verdict of its own.</summary>
public sealed class ClaimPartsTests
{
    private static readonly ClaimOptions Claim = new()
    {
        Id = "P18.${model.d}",
        Statement = "At ${model.d} it is ${near}.",
        Quantity = "q",
        Case = "a",
        Over = Lists(("model.d", "[1, 1.20]")),
        Near = [0.35, 0.48],
        Tolerance = 0.06,
    };

    private static readonly AnalysisPlan Plan = new(["a", "b"], ["model.d", "model.e"], [], 3)
    {
        Analyses = ["q"],
        SweepValues = new Dictionary<string, IReadOnlyList<object>> { ["model.d"] = [1.0, 1.2, 2.0] },
    };

    private static Dictionary<string, JsonArray> Lists(params (string Key, string Values)[] lists) =>
        lists.ToDictionary(list => list.Key, list => JsonNode.Parse(list.Values)!.AsArray());

    private static AnalysisValue Value(string label, double d, double value, int? skill = null) =>
        new(new Place(label, [new("model.d", d)], 1), "q", value) { Skill = skill };

    [Fact]
    public void Every_part_has_its_own_id_statement_interval_and_verdict()
    {
        var verdicts = ClaimJudge.Judge([Claim], [Value("a", 1, 0.4), Value("a", 1.2, 0.6), Value("b", 1, 9)], "quick");
        Assert.Equal(
            [
                new("P18.1", "At 1 it is 0.35.", "q", 0.4, 0.29, 0.41, Verdict.Holds, "quick", null) { Published = 0.35 },
                new ClaimVerdict("P18.1.2", "At 1.2 it is 0.48.", "q", 0.6, 0.42, 0.54, Verdict.Fails, "quick", null) { Published = 0.48 },
            ],
            verdicts
        );
    }

    [Fact]
    public void A_list_of_cases_and_one_of_skills_go_in_step()
    {
        var claim = Claim with
        {
            Id = "P.${case}.${skill}",
            Statement = "s",
            Case = null,
            Near = null,
            Tolerance = null,
            Within = [0, 1],
            Over = Lists(("case", "[\"a\", \"b\"]"), ("skill", "[2, 1]")),
        };
        claim.Validate(Plan);
        AnalysisValue[] values = [Value("a", 1, 0.1, 1), Value("a", 1, 0.2, 2), Value("b", 1, 3, 1), Value("b", 1, 4, 2)];
        var verdicts = ClaimJudge.Judge([claim], values, null);
        Assert.Equal([("P.a.2", 0.2, Verdict.Holds), ("P.b.1", 3, Verdict.Fails)], verdicts.Select(v => (v.Id, v.Value!.Value, v.Verdict)));
    }

    [Theory]
    [InlineData(-0.9, null, 0.03, -0.927, -0.873)]
    [InlineData(0.63, 0.06, null, 0.57, 0.69)]
    [InlineData(5736, null, 0.02, 5621.28, 5850.72)]
    public void Near_and_a_tolerance_make_an_interval(double near, double? tolerance, double? relative, double low, double high)
    {
        var claim = Claim with
        {
            Id = "P",
            Statement = "s",
            Over = Lists(),
            Near = [near],
            Tolerance = tolerance,
            RelativeTolerance = relative,
        };
        claim.Validate(Plan);
        var verdict = ClaimJudge.Judge([claim], [], null).Single();
        Assert.Equal((low, high, Verdict.NotMeasured), (verdict.Low, verdict.High, verdict.Verdict));
    }

    [Fact]
    public void A_good_claim_passes()
    {
        Claim.Validate(Plan);
        // The values of e are not known beforehand.
        (Claim with { Over = Lists(("model.d", "[1, 2]"), ("model.e", "[7, 8]")) }).Validate(Plan);
    }

    public static TheoryData<ClaimOptions, string> Bad() =>
        new()
        {
            {
                Claim with
                {
                    Over = Lists(("model.dd", "[1, 2]")),
                },
                "Got model.dd for `claims.P18.${model.d}.over`; expected case, skill, or a sweep key (model.d, model.e). Did you mean "
                    + "`model.d`?"
            },
            {
                Claim with
                {
                    Over = Lists(("model.d", "[1, 2]"), ("model.e", "[1]")),
                },
                "over.model.e`; expected 2, as many as for model.d."
            },
            {
                Claim with
                {
                    Over = Lists(("model.d", "[]")),
                },
                "Got no values for `claims.P18.${model.d}.over.model.d`; expected at least one."
            },
            {
                Claim with
                {
                    Over = Lists(("model.d", "[1, 1.3]")),
                },
                "Got 1.3 for `claims.P18.${model.d}.over.model.d`; expected a value of the sweep (1, 1.2, 2)."
            },
            {
                Claim with
                {
                    Over = Lists(("model.d", "[1, \"x\"]")),
                },
                "Got \"x\" for `claims.P18.${model.d}.over.model.d`; expected a number."
            },
            {
                Claim with
                {
                    Over = Lists(("model.d", "[1, 2]"), ("skill", "[1, 4]")),
                },
                "Got 4 for `claims.P18.${model.d}.over.skill`; expected a skill number from 1 to 3."
            },
            {
                Claim with
                {
                    Case = null,
                    Over = Lists(("model.d", "[1, 2]"), ("case", "[\"a\", \"bb\"]")),
                },
                "Got \"bb\" for `claims.P18.${model.d}.over.case`; expected one of the cases (a, b)."
            },
            {
                Claim with
                {
                    Over = Lists(("model.d", "[1, 2]"), ("case", "[\"a\", \"b\"]")),
                },
                "over.case`; expected none, for the claim names one case beside it."
            },
            {
                Claim with
                {
                    At = new Dictionary<string, double> { ["model.d"] = 1 },
                },
                "over.model.d`; expected none, for the claim names one model.d beside it."
            },
            { Claim with { Near = [1] }, "Got 1 number(s) for `claims.P18.${model.d}.near`; expected 2, as many as for model.d." },
            { Claim with { Within = [0, 1] }, "Got both `within` and `near` for `claims.P18.${model.d}.near`; expected one or the other." },
            {
                Claim with
                {
                    Near = null,
                    Tolerance = null,
                },
                "Got nothing for `claims.P18.${model.d}.within`; expected two ends [low, high], null for an open end; or `near` with a "
                    + "tolerance."
            },
            {
                Claim with
                {
                    Near = null,
                    Within = [0, 1],
                },
                "Got a tolerance for `claims.P18.${model.d}.tolerance`; expected none beside `within`."
            },
            {
                Claim with
                {
                    Tolerance = null,
                },
                "Got nothing for `claims.P18.${model.d}.tolerance`; expected either `tolerance` or `relativeTolerance`."
            },
            {
                Claim with
                {
                    RelativeTolerance = 0.1,
                },
                "Got two tolerances for `claims.P18.${model.d}.tolerance`; expected either `tolerance` or `relativeTolerance`."
            },
            {
                Claim with
                {
                    Statement = "${model.e}",
                },
                "Got ${model.e} for `claims.P18.${model.d}.statement`; expected a placeholder for what the claim is over, or for near "
                    + "(model.d, near). Did you mean `model.d`?"
            },
            {
                Claim with
                {
                    Id = "P.${nea}",
                },
                "Got ${nea} for `claims.P.${nea}.id`; expected a placeholder for what the claim is over, or for near (model.d, near). "
                    + "Did you mean `near`?"
            },
        };

    [Theory, MemberData(nameof(Bad))]
    public void A_bad_list_is_told_before_training(ClaimOptions claim, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<InvalidOptionException>(() => claim.Validate(Plan)).Message);

    [Fact]
    public void Parts_without_an_id_of_their_own_are_told_how_to_get_one()
    {
        var setting = new SettingOptions { Name = "q", Path = "training.steps" };
        var error = Assert.Throws<InvalidOptionException>(() => AnalysisRunner.Validate([setting], [Claim with { Id = "P18" }], Plan));
        Assert.Equal("Got P18 for `claims.P18.id`; expected a name of its own, e.g. P18.${model.d}.", error.Message);
    }
}
