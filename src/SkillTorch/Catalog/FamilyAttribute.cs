namespace SkillTorch;

/// <summary>
/// Makes a base record of options a family: a section of an experiment file whose <c>kind</c> selects one of the records that
/// derive from it. The catalog finds families by this, so that it needs to know none of them.
/// </summary>
/// <param name="name">Name of one member, e.g. <c>theory</c>.</param>
/// <param name="plural">Name of all, e.g. <c>theories</c>.</param>
/// <param name="place">Place of the section in an experiment file, from 1.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class FamilyAttribute(string name, string plural, int place) : Attribute
{
    /// <summary>Name of one member.</summary>
    public string Name { get; } = name;

    /// <summary>Name of all.</summary>
    public string Plural { get; } = plural;

    /// <summary>Place of the section in an experiment file, from 1.</summary>
    public int Place { get; } = place;
}
