using SkillTorch.Numerics;
using SkillTorch.Tasks;

namespace SkillTorch.Training;

/// <summary>
/// A shaped loss of a stack of networks: how much each of its entries counts, from all outputs on a batch. A sample has E entries,
/// <see cref="Batch.LossEntries"/>.
/// </summary>
/// <param name="shaping">The shaping.</param>
/// <param name="loss">The loss that it shapes.</param>
/// <param name="replicates">R.</param>
internal sealed class ShapedLoss(LossShapingOptions shaping, LossKind loss, int replicates)
{
    private double[] losses = []; // [R, B, E]
    private double[] factors = []; // [R, B, E]
    private int[] skills = []; // [S, B, E], where a batch does not have them itself
    private int[] ofSkill = []; // [S, B, E]

    /// <summary>The factors c by which the entries' gradients are multiplied.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="outputs">Outputs [R, B, O] on them.</param>
    /// <returns>[R, B, E], valid until the next call.</returns>
    public double[] Factors(Batch batch, double[] outputs)
    {
        Prepare(batch);
        var each = batch.Size * batch.Outputs;
        Workers.For(replicates, r => Factors(batch, r, outputs.AsSpan(r * each, each)));
        return factors;
    }

    /// <summary>Makes room for a batch, before <see cref="Factors(Batch, int, ReadOnlySpan{double})"/> of its replicates.</summary>
    /// <param name="batch">The samples.</param>
    public void Prepare(Batch batch)
    {
        var entries = batch.LossEntries(loss);
        var each = batch.Size * entries;
        if (losses.Length != replicates * each)
            (losses, factors) = (new double[replicates * each], new double[replicates * each]);
        ofSkill = SkillsOf(batch, entries);
    }

    /// <summary>The factors of one replicate; replicates may be computed at the same time.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="r">The replicate.</param>
    /// <param name="outputs">Its outputs [B, O].</param>
    /// <returns>[B, E], valid until the next batch.</returns>
    public ReadOnlySpan<double> Factors(Batch batch, int r, ReadOnlySpan<double> outputs)
    {
        var entries = batch.LossEntries(loss);
        var each = batch.Size * entries;
        var set = batch.Sets == 1 ? 0 : r;
        var own = losses.AsSpan(r * each, each);
        var targets = entries == batch.Outputs ? batch.Targets.AsSpan(set * each, each) : default;
        for (var i = 0; i < each; i++)
        {
            own[i] = entries == batch.Outputs
                ? loss.Value(outputs[i], targets[i])
                : ClassAnswer.Of(loss, outputs.Slice(i * batch.Outputs, batch.Outputs), batch.Labels![set * each + i]).Loss;
        }

        var weights = batch.Weights is { } all ? all.AsSpan(set * each, each) : default;
        var result = factors.AsSpan(r * each, each);
        shaping.FillFactors(new LossEntries(own, ofSkill.AsSpan(set * each, each), default, weights), result);
        return result;
    }

    /// <summary>The derivative dL/df of the shaped loss by every output.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="outputs">Outputs f [R, B, O] on them.</param>
    /// <returns>[R, B, O], valid until the next call.</returns>
    public double[] Slopes(Batch batch, double[] outputs)
    {
        var each = batch.Size * batch.Outputs;
        var slopes = Factors(batch, outputs);
        for (var r = 0; r < replicates; r++)
        {
            var set = (batch.Sets == 1 ? 0 : r) * each;
            for (var i = 0; i < each; i++)
                slopes[r * each + i] *= (batch.Weights?[set + i] ?? 1) * loss.Slope(outputs[r * each + i], batch.Targets[set + i]) / each;
        }

        return slopes;
    }

    /// <summary>Skill of every entry: its sample's where samples are of one skill, else the number of its output; classes are of one skill.</summary>
    private int[] SkillsOf(Batch batch, int entries)
    {
        if (batch is { Controls: { } own, Outputs: 1 })
            return own;
        var count = batch.Sets * batch.Size * entries;
        if (skills.Length != count)
            skills = new int[count];
        for (var i = 0; batch.Labels is null && i < count; i++)
            skills[i] = batch.Controls is { } ofSample ? ofSample[i / entries] : i % entries;
        return skills;
    }
}
