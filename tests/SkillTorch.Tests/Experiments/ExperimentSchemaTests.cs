using System.Text.Json.Nodes;
using NJsonSchema;
using SkillTorch.Experiments;

namespace SkillTorch.Tests.Experiments;

public class ExperimentSchemaTests
{
    private static readonly string Root = FindRoot();
    private static readonly Lazy<JsonSchema> Schema = new(() =>
        JsonSchema.FromJsonAsync(File.ReadAllText(Path.Combine(Root, "configs", "schema.json"))).Result
    );

    public static TheoryData<string> ShippedFiles =>
        [
            .. new[] { "configs", "experiments" }
                .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Root, f), "*.json", SearchOption.AllDirectories))
                .Select(f => Path.GetRelativePath(Root, f))
                .Where(f => Path.GetFileName(f) != "schema.json" && !f.EndsWith(".vl.json", StringComparison.Ordinal)),
        ];

    [Fact]
    public void The_committed_schema_is_the_records() =>
        Assert.True(
            File.ReadAllText(Path.Combine(Root, "configs", "schema.json")) == ExperimentSchema.WriteText(),
            "configs/schema.json is not what the records say; write it anew: scripts/skilltorch list schema > configs/schema.json"
        );

    [Theory]
    [MemberData(nameof(ShippedFiles))]
    public void Shipped_files_are_valid_in_every_profile(string file)
    {
        file = Path.Combine(Root, file);
        Assert.Empty(Validate(ExperimentFile.Read(file)));
        foreach (var profile in ExperimentFile.ReadProfiles(file).Prepend(null))
            ExperimentFile.Load(file, profile);
    }

    [Fact]
    public void The_small_experiment_and_its_resolved_form_are_accepted()
    {
        Assert.Empty(Validate(SmallExperiment.With()));
        Assert.Empty(Validate(SmallExperiment.Load().Json));
    }

    /// <summary>Changes that an editor must underline.</summary>
    public static TheoryData<string, string> Wrong =>
        new()
        {
            { "taks", "{}" },
            { "tag", "null" },
            { "tag", "5" },
            { "replicates", "0" },
            { "replicates", "1.5" },
            { "task", "{ \"kind\": \"sparse-parity\" }" },
            { "model", "{ \"kind\": \"two-layer-mlp\", \"widht\": 3 }" },
            { "model", "{ \"kind\": \"two-layer-mpl\" }" },
            { "model", "{ \"width\": 3 }" },
            { "optimizer", "{ \"kind\": \"adam\", \"beta1\": 1 }" },
            { "optimizer", "{ \"kind\": \"sgd\", \"beta1\": 0.5 }" },
            { "training", "{ \"loss\": \"Mse\" }" },
            { "training", "{ \"steps\": \"many\" }" },
            { "measure", "{ \"at\": 5 }" },
            { "cases", "[ { \"model\": {} } ]" },
            { "cases", "[ { \"label\": \"a\", \"modle\": {} } ]" },
            { "cases", "[ { \"label\": \"a\", \"model\": { \"widht\": 1 } } ]" },
            { "sweep", "{ \"model.width\": 5 }" },
            { "sweep", "{ \"model.width\": [] }" },
            { "sweep", "{ \"model.width\": { \"from\": 1, \"too\": 2, \"points\": 2 } }" },
            { "budget", "{ \"trials\": 0 }" },
            { "theories", "[ { \"kind\": \"dominoes\" } ]" },
            { "analyses", "[ { \"kind\": \"value\" } ]" },
            { "claims", "[ { \"id\": \"C\", \"statement\": \"s\", \"within\": [0, 1] } ]" },
            { "profiles", "{ \"quick\": { \"tag\": \"other\" } }" },
            { "claims", "[ { \"id\": \"C\", \"statement\": \"s\", \"quantity\": \"end\", \"near\": 1, \"tolerance\": 1 } ]" },
            {
                "claims",
                "[ { \"id\": \"C\", \"statement\": \"s\", \"quantity\": \"end\", \"over\": { \"skill\": 1 }, \"within\": [0, 1] } ]"
            },
            { "figure", "5" },
            { "figure", "\"fig.json\"" },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_the_program_refuses_the_schema_refuses(string key, string value)
    {
        var json = SmallExperiment.With(j => j[key] = JsonNode.Parse(value));
        Assert.NotEmpty(Validate(json));
        Assert.Throws<ConfigException>(() => SmallExperiment.Load(j => j[key] = JsonNode.Parse(value)));
    }

    [Fact]
    public void A_figure_may_be_the_name_of_a_file() =>
        Assert.Empty(
            Validate(
                SmallExperiment.With(j =>
                {
                    j["figure"] = "fig.vl.json";
                    j["profiles"]!["paper"]!["figure"] = "other.vl.json";
                })
            )
        );

    [Fact]
    public void Every_default_is_one_that_the_schema_accepts()
    {
        foreach (var kind in Catalog.Kinds("optimizer"))
        {
            var section = OptionsWriter.Write(Activator.CreateInstance(kind.Type));
            Assert.Empty(Validate(SmallExperiment.With(j => j["optimizer"] = section)));
        }
    }

    private static IEnumerable<string> Validate(JsonObject json) => Schema.Value.Validate(json.ToJsonString()).Select(e => e.ToString());

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "SkillTorch.sln")))
            at = at.Parent!;
        return at.FullName;
    }
}
