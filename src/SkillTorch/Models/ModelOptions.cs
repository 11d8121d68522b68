namespace SkillTorch.Models;

/// <summary>The <c>model</c> section of an experiment: what learns.</summary>
public abstract record ModelOptions;
