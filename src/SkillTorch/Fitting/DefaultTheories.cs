using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>The theories that a config can name, with nothing set.</summary>
internal static class DefaultTheories
{
    /// <summary>A theory of a kind.</summary>
    /// <exception cref="ConfigException">There is no such theory.</exception>
    public static SkillTheory Create(string kind) => (SkillTheory)Activator.CreateInstance(Catalog.Kind("theory", kind).Type)!;

    /// <summary>Every theory that applies to a trial's settings, laid over it.</summary>
    public static IEnumerable<SkillTheory> Bind(Trial trial)
    {
        foreach (var kind in Catalog.Kinds("theory"))
        {
            SkillTheory theory;
            try
            {
                theory = Create(kind.Kind).Bind(trial);
            }
            catch (Exception e) when (e is InvalidOptionException or ArgumentException)
            {
                continue;
            }

            yield return theory;
        }
    }
}
