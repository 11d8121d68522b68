using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;

namespace SkillTorch.Training;

/// <summary>
/// The resolved settings of one network (or toy model) trained once. A trial's measurements are a pure function of
/// this record: same settings, same bits.
/// </summary>
/// <param name="Task">What is learned.</param>
/// <param name="Model">What learns it.</param>
/// <param name="Optimizer">How it moves; null for models that follow their own dynamics.</param>
/// <param name="Training">For how long and on what loss.</param>
/// <param name="Measure">When the skills are measured.</param>
/// <param name="Seed">Key of all of the trial's random numbers; equal in the same replicate of every case.</param>
public sealed record Trial(
    TaskOptions Task,
    ModelOptions Model,
    OptimizerOptions? Optimizer,
    TrainingOptions Training,
    MeasureOptions Measure,
    ulong Seed
);
