namespace SkillTorch;

/// <summary>
/// Gives an options record the name by which an experiment file selects it: <c>{ "kind": "adam", … }</c>.
/// The record's XML summary is what <c>skilltorch list</c> and the JSON schema say of it.
/// </summary>
/// <param name="name">The kind's name in lower-case words joined by hyphens.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KindAttribute(string name) : Attribute
{
    /// <summary>The kind's name in an experiment file.</summary>
    public string Name { get; } = name;
}
