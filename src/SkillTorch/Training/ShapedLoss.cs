using SkillTorch.Tasks;

namespace SkillTorch.Training;

/// <summary>A shaped loss of a stack of networks: how much each output's error counts, from all outputs on a batch.</summary>
/// <param name="shaping">The shaping.</param>
/// <param name="loss">The loss that it shapes.</param>
/// <param name="replicates">R.</param>
internal sealed class ShapedLoss(LossShapingOptions shaping, LossKind loss, int replicates)
{
    private double[] losses = []; // [R, B, O]
    private double[] factors = []; // [R, B, O]
    private int[] skills = []; // [S, B, O], where a batch does not have them itself

    /// <summary>The factors c by which the entries' gradients are multiplied.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="outputs">Outputs [R, B, O] on them.</param>
    /// <returns>[R, B, O], valid until the next call.</returns>
    public double[] Factors(Batch batch, double[] outputs)
    {
        var each = batch.Size * batch.Outputs;
        if (losses.Length != replicates * each)
            (losses, factors) = (new double[replicates * each], new double[replicates * each]);
        var ofSkill = SkillsOf(batch);
        Parallel.For(0, replicates, r =>
        {
            var set = (batch.Sets == 1 ? 0 : r) * each;
            for (var i = 0; i < each; i++)
                losses[r * each + i] = loss.Value(outputs[r * each + i], batch.Targets[set + i]);
            var weights = batch.Weights is { } all ? all.AsSpan(set, each) : default;
            shaping.FillFactors(new LossEntries(losses.AsSpan(r * each, each), ofSkill.AsSpan(set, each), default, weights), factors.AsSpan(r * each, each));
        });
        return factors;
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

    /// <summary>Skill of every entry: its sample's where samples are of one skill, else the number of its output.</summary>
    private int[] SkillsOf(Batch batch)
    {
        if (batch is { Controls: { } own, Outputs: 1 })
            return own;
        if (skills.Length != batch.Targets.Length)
            skills = new int[batch.Targets.Length];
        for (var i = 0; i < skills.Length; i++)
            skills[i] = batch.Controls is { } ofSample ? ofSample[i / batch.Outputs] : i % batch.Outputs;
        return skills;
    }
}
