namespace SkillTorch;

/// <summary>
/// Marks an option whose value may differ between trials that train together in one stack: it changes numbers, not
/// shapes. Trials that differ in any other option are trained in separate stacks.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class StackableAttribute : Attribute;
