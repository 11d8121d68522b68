using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>Lays theories over trials.</summary>
internal static class TheoryBinding
{
    /// <summary>The theory for one trial's settings, with configured or derived parameter values.</summary>
    /// <param name="theory">The theory as configured.</param>
    /// <param name="trial">A trial; replicates of a case give equal theories, unless <see cref="SkillTheory.DependsOnDraw"/>.</param>
    /// <returns>The theory, before any fit.</returns>
    /// <exception cref="InvalidOptionException">The theory does not apply to these settings.</exception>
    public static SkillTheory Bind(this SkillTheory theory, Trial trial) =>
        theory.Bind(
            new TheorySetting(trial.Task, trial.Training.Loss)
            {
                Model = trial.Model,
                Optimizer = trial.Optimizer,
                Steps = trial.Training.Steps,
                Seed = trial.Seed,
            }
        );
}
