namespace SkillTorch.Training.Kernels;

/// <summary>Losses that the fused gradient evaluates itself; any other is a derivative given to its backward pass.</summary>
public enum BinaryMlpLoss
{
    /// <summary>Mean over samples and outputs of w·(f − y)².</summary>
    MeanSquaredError,

    /// <summary>Mean over samples and outputs of w·(ln(1 + e^f) − y·f): cross-entropy of logits f against labels y in [0, 1].</summary>
    BinaryCrossEntropy,
}
