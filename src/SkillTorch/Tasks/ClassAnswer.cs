namespace SkillTorch.Tasks;

/// <summary>What the outputs for one sample say, where each output stands for a class.</summary>
/// <param name="Loss">The sample's loss: −log of the softmax at its class, or the mean squared error to a one-hot target.</param>
/// <param name="RightPrediction">The softmax (the output itself, under the squared error) at the sample's class.</param>
/// <param name="Right">Whether the largest output is that of the sample's class.</param>
internal readonly record struct ClassAnswer(double Loss, double RightPrediction, bool Right)
{
    /// <summary>Judges the outputs for one sample.</summary>
    /// <param name="loss">The loss that training minimises.</param>
    /// <param name="outputs">Outputs [O]; logits if the loss is cross-entropy.</param>
    /// <param name="label">The sample's class, from 0.</param>
    /// <returns>Loss, prediction and whether it is right; the first of equal outputs counts.</returns>
    public static ClassAnswer From(LossKind loss, ReadOnlySpan<double> outputs, int label)
    {
        var largest = 0;
        for (var o = 1; o < outputs.Length; o++)
            largest = outputs[o] > outputs[largest] ? o : largest;
        var sum = 0.0;
        if (loss == LossKind.Mse)
        {
            for (var o = 0; o < outputs.Length; o++)
                sum += loss.Value(outputs[o], o == label ? 1 : 0);
            return new ClassAnswer(sum / outputs.Length, outputs[label], largest == label);
        }

        // The largest term is 1 and left out of the sum, so that a tiny loss keeps its digits.
        for (var o = 0; o < outputs.Length; o++)
            sum += o == largest ? 0 : Math.Exp(outputs[o] - outputs[largest]);
        var logarithm = outputs[largest] - outputs[label] + Losses.Log1p(sum);
        return new ClassAnswer(logarithm, Math.Exp(-logarithm), largest == label);
    }
}
