using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Tasks;

/// <summary>
/// Skills without data, for the toy models: how many there are, how often each is seen, and what each needs first.
/// Frequencies follow a power law, an exponential law, or are given; without any of them all skills are equally frequent.
/// </summary>
/// <remarks>arXiv:2501.12391, sections on the Geometry and Resource models.</remarks>
[Kind("abstract-skills")]
public sealed record AbstractSkillsOptions : TaskOptions
{
    /// <summary>Number of skills K.</summary>
    [Range(1, 10_000_000)]
    public required int Count { get; init; }

    /// <summary>Exponent α of a power law p_i ∝ i^(−α).</summary>
    [Stackable]
    public double? FrequencyExponent { get; init; }

    /// <summary>Base b of an exponential law p_i ∝ b^(−i); published: 3.</summary>
    [Stackable]
    public double? FrequencyBase { get; init; }

    /// <summary>Frequencies p_i (or weights) one by one; length K.</summary>
    [Stackable]
    public IReadOnlyList<double>? Frequencies { get; init; }

    /// <summary>Whether frequencies are divided by their sum. Raw weights, such as (0.3, 1, 3), are taken as they are.</summary>
    [Stackable]
    public bool Normalised { get; init; } = true;

    /// <summary>What has to be learned before a skill can be; a skill that is not named has no prerequisites.</summary>
    public IReadOnlyList<SkillPrerequisite> Prerequisites { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<Skill> GetSkills()
    {
        var frequencies = SkillFrequenciesOf();
        var prerequisites = new Prerequisite?[Count];
        for (var i = 0; i < Prerequisites.Count; i++)
        {
            var path = $"task.prerequisites[{i}]";
            var of = Prerequisites[i];
            if (of.Skill < 1 || of.Skill > Count)
            {
                throw new InvalidOptionException(
                    $"{path}.skill",
                    $"Got {of.Skill} for `{path}.skill`; expected a skill between 1 and {Count}."
                );
            }

            if (prerequisites[of.Skill - 1] is not null)
                throw new InvalidOptionException(path, $"Got skill {of.Skill} twice in `task.prerequisites`; expected one entry a skill.");
            prerequisites[of.Skill - 1] = of.Gate(path);
        }

        Skill[] skills = [.. frequencies.Select((p, i) => new Skill(i + 1, $"skill {i + 1}", p, prerequisites[i]))];
        try
        {
            Skill.Check(skills);
        }
        catch (ArgumentException error)
        {
            throw new InvalidOptionException("task.prerequisites", error.Message);
        }

        return skills;
    }

    private double[] SkillFrequenciesOf()
    {
        if (new object?[] { FrequencyExponent, FrequencyBase, Frequencies }.Count(given => given is not null) > 1)
        {
            throw new InvalidOptionException(
                "task",
                "Got more than one of `task.frequencyExponent`, `task.frequencyBase` and `task.frequencies`; expected at most one law."
            );
        }

        if (Frequencies is { } given && given.Count != Count)
        {
            throw new InvalidOptionException(
                "task.frequencies",
                $"Got {given.Count} values for `task.frequencies`; expected {Count}, one for each of `task.count` skills."
            );
        }

        try
        {
            return this switch
            {
                { Frequencies: { } weights } => SkillFrequencies.Explicit(weights, Normalised),
                { FrequencyExponent: { } exponent } => SkillFrequencies.PowerLaw(Count, exponent, Normalised),
                { FrequencyBase: { } ratio } => SkillFrequencies.Exponential(Count, ratio, Normalised),
                _ => SkillFrequencies.Uniform(Count, Normalised),
            };
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new InvalidOptionException("task.frequencies", error.Message);
        }
    }
}

/// <summary>The prerequisites of one skill: all of some skills, or any of them.</summary>
public sealed record SkillPrerequisite
{
    /// <summary>Number of the skill that needs others first, from 1.</summary>
    public required int Skill { get; init; }

    /// <summary>Numbers of skills that must all be learned (AND).</summary>
    public IReadOnlyList<int>? AllOf { get; init; }

    /// <summary>Numbers of skills of which one must be learned (OR).</summary>
    public IReadOnlyList<int>? AnyOf { get; init; }

    internal Prerequisite Gate(string path) =>
        (AllOf, AnyOf) switch
        {
            ({ Count: > 0 } all, null) => new AllOf([.. all.Select(skill => (Prerequisite)skill)]),
            (null, { Count: > 0 } any) => new AnyOf([.. any.Select(skill => (Prerequisite)skill)]),
            _ => throw new InvalidOptionException(
                path,
                $"Got a prerequisite of skill {Skill} with neither or both of `allOf` and `anyOf`; expected one of them, with at least "
                    + $"one skill."
            ),
        };
}
