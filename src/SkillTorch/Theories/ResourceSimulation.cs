using System.Numerics;
using System.Runtime.InteropServices;
using SkillTorch.Tasks;

namespace SkillTorch.Theories;

/// <summary>
/// One trajectory of <see cref="ResourceModel"/> by Euler's method with one step per training step, as in the figures of
/// arXiv 2501.12391. Vectorised over skills; three passes over K numbers a step.
/// </summary>
internal sealed class ResourceSimulation
{
    private readonly int skills;
    private readonly double rate;
    private readonly double n0;
    private readonly bool mse;
    private readonly bool clamp;
    private readonly double gateExponent;
    private readonly double[] p;
    private readonly double[] competitiveness; // f [K]
    private readonly double[]? correlations; // C [K·K]
    private readonly double[]? drive; // C f [K]
    private readonly IReadOnlyList<Prerequisite?>? prerequisites;
    private readonly int[] gateSkills = []; // skills whose open value some gate needs
    private readonly double[] open = []; // [K]
    private readonly FrequencySwitch? frequencySwitch;

    public ResourceSimulation(ResourceModel model)
    {
        skills = model.Skills;
        rate = model.EffectiveLearningRate!.Value;
        n0 = model.N0;
        mse = model.LossForm == LossKind.Mse;
        clamp = model.Clamp;
        gateExponent = model.GateExponent;
        p = [.. model.Frequencies];
        competitiveness = new double[skills];
        frequencySwitch = model.Switch;
        prerequisites = model.Prerequisites;
        if (model.Correlations is { } rows)
        {
            correlations = [.. rows.SelectMany(row => row)];
            drive = new double[skills];
        }

        if (prerequisites is not null)
        {
            open = new double[skills];
            gateSkills = [.. prerequisites.SelectMany(g => g?.Skills ?? []).Select(i => i - 1).Distinct()];
        }
    }

    /// <summary>log(1 + e^x), without cancellation for very negative x.</summary>
    public static double SoftPlus(double x) => Math.Max(x, 0) + Losses.Log1p(Math.Exp(-Math.Abs(x)));

    /// <summary>Levels (u or logits) after each of the given numbers of steps, row-major [T, K].</summary>
    public void Run(ReadOnlySpan<double> at, Span<double> levels)
    {
        var state = new double[skills];
        var before = new double[skills];
        Array.Fill(state, mse ? 1.0 : 0.0);
        long done = 0;
        var ahead = false; // state is one step past `done`, and `before` holds step `done`
        for (var t = 0; t < at.Length; t++)
        {
            var whole = Math.Floor(at[t]);
            for (; done < whole; done++)
            {
                if (!ahead)
                {
                    Step(state);
                }

                ahead = false;
            }

            var row = levels.Slice(t * skills, skills);
            var fraction = at[t] - whole;
            if (fraction > 0 && !ahead)
            {
                state.CopyTo(before, 0);
                Step(state);
                ahead = true;
            }

            (ahead ? before : state).CopyTo(row);
            if (fraction > 0)
            {
                for (var i = 0; i < skills; i++)
                {
                    row[i] += fraction * (state[i] - row[i]);
                }
            }
        }
    }

    /// <summary>Replaces levels (u or logits) [K] by the shares of resources f_i / (N0 + Σ f).</summary>
    public void Shares(Span<double> levels)
    {
        var denominator = n0 + Compete(levels);
        for (var i = 0; i < skills; i++)
        {
            levels[i] = denominator == 0 ? 0 : competitiveness[i] / denominator;
        }
    }

    private void Step(Span<double> state)
    {
        var denominator = n0 + Compete(state);
        var scale = denominator == 0 ? 0 : rate / denominator; // all learned and N0 = 0: nothing moves
        var direction = competitiveness;
        if (correlations is not null)
        {
            Multiply();
            direction = drive!;
        }

        var vectors = MemoryMarshal.Cast<double, Vector<double>>(state);
        var directions = MemoryMarshal.Cast<double, Vector<double>>(direction);
        var tail = vectors.Length * Vector<double>.Count;
        if (!mse)
        {
            for (var v = 0; v < vectors.Length; v++)
            {
                vectors[v] += scale * directions[v];
            }

            for (var i = tail; i < state.Length; i++)
            {
                state[i] += scale * direction[i];
            }
        }
        else
        {
            var floor = new Vector<double>(clamp ? 0 : double.NegativeInfinity);
            for (var v = 0; v < vectors.Length; v++)
            {
                vectors[v] = Vector.Max(vectors[v] - (scale * directions[v]), floor);
            }

            for (var i = tail; i < state.Length; i++)
            {
                state[i] = Math.Max(state[i] - (scale * direction[i]), floor[0]);
            }
        }
    }

    /// <summary>Fills f and returns its sum.</summary>
    private double Compete(ReadOnlySpan<double> state)
    {
        if (frequencySwitch is { } change)
        {
            p[change.Skill - 1] = ToLearn(state[change.Skill - 1]) > change.Threshold ? change.Before : change.After;
        }

        var vectors = MemoryMarshal.Cast<double, Vector<double>>(state);
        var ps = MemoryMarshal.Cast<double, Vector<double>>(p);
        var fs = MemoryMarshal.Cast<double, Vector<double>>(competitiveness.AsSpan());
        var sums = Vector<double>.Zero;
        for (var v = 0; v < vectors.Length; v++)
        {
            fs[v] = mse ? ps[v] * vectors[v] : ps[v] / (Vector<double>.One + Vector.Exp(vectors[v]));
            sums += fs[v];
        }

        var sum = Vector.Sum(sums);
        for (var i = vectors.Length * Vector<double>.Count; i < state.Length; i++)
        {
            competitiveness[i] = mse ? p[i] * state[i] : p[i] / (1 + Math.Exp(state[i]));
            sum += competitiveness[i];
        }

        return prerequisites is null ? sum : Gate(state);
    }

    private double Gate(ReadOnlySpan<double> state)
    {
        foreach (var i in gateSkills)
        {
            // Negative transfer can push u above 1 or, without the clamp, below 0: closed and open.
            open[i] = 1 - Math.Pow(Math.Clamp(ToLearn(state[i]), 0, 1), gateExponent);
        }

        double sum = 0;
        for (var i = 0; i < skills; i++)
        {
            if (prerequisites![i] is { } gate)
            {
                competitiveness[i] *= gate.Open(open);
            }

            sum += competitiveness[i];
        }

        return sum;
    }

    private void Multiply()
    {
        var fs = MemoryMarshal.Cast<double, Vector<double>>(competitiveness);
        for (var i = 0; i < skills; i++)
        {
            ReadOnlySpan<double> row = correlations.AsSpan(i * skills, skills);
            var rows = MemoryMarshal.Cast<double, Vector<double>>(row);
            var sums = Vector<double>.Zero;
            for (var v = 0; v < rows.Length; v++)
            {
                sums += rows[v] * fs[v];
            }

            var sum = Vector.Sum(sums);
            for (var j = rows.Length * Vector<double>.Count; j < skills; j++)
            {
                sum += row[j] * competitiveness[j];
            }

            drive![i] = sum;
        }
    }

    private double ToLearn(double level) => mse ? level : 1 / (1 + Math.Exp(level));
}
