namespace SkillTorch.Tasks;

/// <summary>One skill of a task: what is learned, how often it is seen, and what must be learned before it.</summary>
/// <param name="Index">Number of the skill, from 1, in the order of the task's list.</param>
/// <param name="Name">Label for tables and legends.</param>
/// <param name="Frequency">p_i, the share of samples (or a weight, where a task does not normalise), at least 0.</param>
/// <param name="Prerequisite">What has to be learned first, or null.</param>
public sealed record Skill(int Index, string Name, double Frequency, Prerequisite? Prerequisite = null)
{
    /// <summary>Checks that a list of skills is numbered from 1, has proper frequencies, and that its prerequisites name other skills
    /// without a cycle.</summary>
    /// <param name="skills">The task's skills, in order.</param>
    /// <exception cref="ArgumentException">A sentence that names the first skill that is wrong.</exception>
    public static void Check(IReadOnlyList<Skill> skills)
    {
        if (skills.Count == 0)
        {
            throw new ArgumentException("Got no skills; expected at least one.");
        }

        for (var i = 0; i < skills.Count; i++)
        {
            var skill = skills[i];
            if (skill.Index != i + 1)
            {
                throw new ArgumentException(
                    $"Got index {skill.Index} for the skill at place {i + 1}; expected skills numbered from 1 in order."
                );
            }

            if (!(skill.Frequency >= 0) || !double.IsFinite(skill.Frequency))
            {
                throw new ArgumentException(
                    $"Got {skill.Frequency} for the frequency of skill {skill.Index}; expected a finite number of at least 0."
                );
            }

            foreach (var needed in skill.Prerequisite?.Skills ?? [])
            {
                if (needed < 1 || needed > skills.Count)
                {
                    throw new ArgumentException(
                        $"Got {needed} as a prerequisite of skill {skill.Index}; expected a skill between 1 and {skills.Count}."
                    );
                }
            }
        }

        // Depth-first search; a skill that is met again while its own prerequisites are still open closes a cycle.
        var state = new int[skills.Count + 1];
        for (var i = 1; i <= skills.Count; i++)
        {
            Visit(i);
        }

        void Visit(int index)
        {
            if (state[index] == 2)
            {
                return;
            }

            if (state[index] == 1)
            {
                throw new ArgumentException(
                    $"Got skill {index} as a prerequisite of itself (directly or through others); expected no cycle."
                );
            }

            state[index] = 1;
            foreach (var needed in skills[index - 1].Prerequisite?.Skills ?? [])
            {
                Visit(needed);
            }

            state[index] = 2;
        }
    }
}

/// <summary>
/// What has to be learned before a skill can be: a tree of AND (<see cref="AllOf"/>), OR (<see cref="AnyOf"/>) and skill
/// numbers. A whole number converts to <see cref="Learned"/>, so that <c>new AllOf(1, new AnyOf(2, 3))</c> reads as it is meant.
/// </summary>
public abstract record Prerequisite
{
    private protected Prerequisite() { }

    /// <summary>The numbers (from 1) of all skills that the tree names, with repetitions.</summary>
    public abstract IEnumerable<int> Skills { get; }

    /// <summary>How far the gate is open, from 0 (closed) to 1: AND is the product and OR the maximum of the open values (arXiv 2501.12391,
    /// section on task dependencies).</summary>
    /// <param name="open">Open value of each skill [K]; skill i at position i − 1.</param>
    public abstract double Open(ReadOnlySpan<double> open);

    /// <summary>A skill's number stands for "this skill is learned".</summary>
    public static implicit operator Prerequisite(int skill) => new Learned(skill);
}

/// <summary>Open as far as one skill is learned.</summary>
/// <param name="Skill">Number of the skill, from 1.</param>
internal sealed record Learned(int Skill) : Prerequisite
{
    /// <inheritdoc/>
    public override IEnumerable<int> Skills => [Skill];

    /// <inheritdoc/>
    public override double Open(ReadOnlySpan<double> open) => open[Skill - 1];
}

/// <summary>AND: the product of the open values.</summary>
/// <param name="Of">Skill numbers or nested prerequisites.</param>
internal sealed record AllOf(params IReadOnlyList<Prerequisite> Of) : Prerequisite
{
    /// <inheritdoc/>
    public override IEnumerable<int> Skills => Of.SelectMany(p => p.Skills);

    /// <inheritdoc/>
    public override double Open(ReadOnlySpan<double> open)
    {
        double product = 1;
        for (var i = 0; i < Of.Count; i++)
        {
            product *= Of[i].Open(open);
        }

        return product;
    }
}

/// <summary>OR: the maximum of the open values.</summary>
/// <param name="Of">Skill numbers or nested prerequisites.</param>
internal sealed record AnyOf(params IReadOnlyList<Prerequisite> Of) : Prerequisite
{
    /// <inheritdoc/>
    public override IEnumerable<int> Skills => Of.SelectMany(p => p.Skills);

    /// <inheritdoc/>
    public override double Open(ReadOnlySpan<double> open)
    {
        double maximum = 0;
        for (var i = 0; i < Of.Count; i++)
        {
            maximum = Math.Max(maximum, Of[i].Open(open));
        }

        return maximum;
    }
}

/// <summary>The usual distributions of skill frequencies p [K], in the order of the skills.</summary>
internal static class SkillFrequencies
{
    /// <summary>p_i ∝ i^(−exponent) (Zipf's law at 1; the solvable model's P(k) at exponent α + 1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">No skills, or an exponent that is not finite.</exception>
    public static double[] PowerLaw(int skills, double exponent, bool normalised = true) =>
        Explicit(Build(skills, exponent, nameof(exponent), i => Math.Pow(i, -exponent)), normalised);

    /// <summary>p_i ∝ ratio^(−i).</summary>
    /// <exception cref="ArgumentOutOfRangeException">No skills, or a ratio that is not a finite number.</exception>
    public static double[] Exponential(int skills, double ratio = 3, bool normalised = true) =>
        Explicit(Build(skills, ratio, nameof(ratio), i => Math.Pow(ratio, -i)), normalised);

    /// <summary>p_i = 1, or 1/K when normalised.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No skills.</exception>
    public static double[] Uniform(int skills, bool normalised = true) => Explicit(Build(skills, 0, "exponent", _ => 1), normalised);

    /// <summary>The given weights, as they are or divided by their sum.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No weights, a weight that is negative or not finite, or all of them 0.</exception>
    public static double[] Explicit(IReadOnlyList<double> weights, bool normalised = false)
    {
        double sum = 0;
        for (var i = 0; i < weights.Count; i++)
        {
            if (!(weights[i] >= 0) || !double.IsFinite(weights[i]))
            {
                throw new ArgumentOutOfRangeException(
                    null,
                    $"Got {weights[i]} for the frequency of skill {i + 1}; expected a finite number of at least 0."
                );
            }

            sum += weights[i];
        }

        if (!(sum > 0))
        {
            throw new ArgumentOutOfRangeException(null, $"Got {weights.Count} frequencies with sum {sum}; expected at least one above 0.");
        }

        return [.. weights.Select(w => normalised ? w / sum : w)];
    }

    private static double[] Build(int skills, double parameter, string name, Func<int, double> weight)
    {
        if (skills < 1)
        {
            throw new ArgumentOutOfRangeException(null, $"Got {skills} for `skills`; expected at least 1.");
        }

        if (!double.IsFinite(parameter))
        {
            throw new ArgumentOutOfRangeException(null, $"Got {parameter} for `{name}`; expected a finite number.");
        }

        return [.. Enumerable.Range(1, skills).Select(weight)];
    }
}
