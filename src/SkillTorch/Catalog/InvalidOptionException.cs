namespace SkillTorch;

/// <summary>
/// An option, or a combination of options, that cannot be trained. The message is a sentence for the user:
/// what was found, where, and what was expected.
/// </summary>
/// <param name="path">JSON path of the option within its section, e.g. <c>task.skillBits</c>.</param>
/// <param name="message">What was found and what was expected.</param>
public sealed class InvalidOptionException(string path, string message) : Exception(message)
{
    /// <summary>JSON path of the offending option, e.g. <c>task.skillBits</c>.</summary>
    public string Path { get; } = path;
}
