using SkillTorch.Tasks;
using SkillTorch.Theories;

namespace SkillTorch.Models;

/// <summary>A toy model that is a theory of all skills: its trial is the theory's prediction.</summary>
public abstract record TheoryDynamicsOptions : DynamicsOptions
{
    /// <summary>The theory of a task's skills.</summary>
    /// <param name="skills">The task's skills, with frequencies as the task gives them, normalised or not.</param>
    /// <param name="loss">The loss that skills are measured by.</param>
    /// <returns>The theory.</returns>
    /// <exception cref="InvalidOptionException">The options contradict the task.</exception>
    protected abstract SkillTheory Theory(IReadOnlyList<Skill> skills, LossKind loss);

    /// <inheritdoc/>
    public override (double[,] Strength, double[,] Loss) Predict(TaskOptions task, LossKind loss, IReadOnlyList<int> steps)
    {
        double[] at = [.. steps];
        try
        {
            var theory = Theory(task.GetSkills(), loss);
            return (theory.Strength(at), theory.Loss(at));
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            throw new InvalidOptionException("model", error.Message); // a theory's own checks are sentences already
        }
    }

    /// <summary>The skills' frequencies; refuses what a theory of independent skills and squared errors would have to ignore.</summary>
    private protected static double[] Independent(IReadOnlyList<Skill> skills, LossKind loss, string kind)
    {
        if (loss != LossKind.Mse)
            throw new InvalidOptionException("training.loss", $"Got a loss other than mse for the `{kind}` model, which has squared losses only; expected `mse`, or the `resource` model.");
        if (skills.Any(skill => skill.Prerequisite is not null))
            throw new InvalidOptionException("task.prerequisites", $"Got prerequisites with the `{kind}` model, whose skills do not depend on each other; expected none, or the `resource` model.");
        return [.. skills.Select(skill => skill.Frequency)];
    }
}
