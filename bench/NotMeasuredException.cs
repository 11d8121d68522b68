namespace SkillTorch.Benchmarks;

/// <summary>Something cannot be timed here; the message says why.</summary>
internal sealed class NotMeasuredException(string message) : Exception(message);
